import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLab, useView } from '../labContext.tsx';
import type { Command } from './command.ts';
import { findCommands, groupCommands } from './findCommands.ts';
import classes from './Palette.module.css';
import { listCommands } from './registry.ts';

const [paletteStore, palette] = createSpotlight();

/** Every command by name. Once opened its commands stay as they were: a list must not move under the hand. */
export function Palette() {
  const lab = useLab();
  const open = useView((state) => state.paletteOpen);
  const [commands, setCommands] = useState<readonly Command[]>([]);
  const [query, setQuery] = useState('');

  useEffect(() => {
    if (open) {
      setCommands(listCommands(lab));
      palette.open();
    } else palette.close();
  }, [lab, open]);

  const groups = groupCommands(findCommands(query, commands));
  return (
    <Spotlight.Root
      store={paletteStore}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={() => lab.view.set({ paletteOpen: false })}
      shortcut={null}
      scrollable
      maxHeight="min(420px, 60vh)"
      size={560}
      yOffset="12vh"
      overlayProps={{ className: classes.scrim ?? '' }}
      transitionProps={{ duration: 90, transition: 'fade' }}
      title="Commands"
      data-testid="palette"
      classNames={{ content: classes.content ?? '', header: classes.header ?? '' }}
    >
      <Spotlight.Search
        placeholder="What do you want to do?"
        aria-label="Find a command"
        leftSection={<Search size={17} aria-hidden />}
        classNames={{ input: classes.search ?? '' }}
      />
      <Spotlight.ActionsList>
        {groups.map(({ group, commands: members }) => (
          <Spotlight.ActionsGroup key={group} label={group} className={classes.group ?? ''}>
            {members.map((command) => (
              <Row key={command.id} command={command} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 ? <Spotlight.Empty>No command is called that.</Spotlight.Empty> : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function Row({ command }: { command: Command }) {
  const Icon = command.icon;
  return (
    <Spotlight.Action
      aria-disabled={command.blocked !== undefined}
      data-blocked={command.blocked !== undefined}
      className={classes.row ?? ''}
      closeSpotlightOnTrigger={command.blocked === undefined}
      onClick={() => runOnceClosed(command)}
    >
      <Icon size={16} strokeWidth={1.8} aria-hidden />
      <span className={classes.title}>{command.title}</span>
      {command.blocked === undefined ? null : <span className={classes.blocked}>{command.blocked}</span>}
      {command.shortcut === undefined ? null : <kbd className={classes.keys}>{command.shortcut}</kbd>}
    </Spotlight.Action>
  );
}

/** The palette gives focus back as it closes; a command that moves focus has to come after. */
function runOnceClosed(command: Command): void {
  if (command.blocked === undefined) setTimeout(() => void command.run(), 120);
}
