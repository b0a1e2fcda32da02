import { createSpotlight, Spotlight, useSpotlight } from '@mantine/spotlight';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLab, useView } from '../labContext.tsx';
import type { Command } from './command.ts';
import { findCommands, groupCommands } from './findCommands.ts';
import classes from './Palette.module.css';
import { listCommands } from './registry.ts';

const [paletteStore, palette] = createSpotlight();
const listId = 'palette-list';
const optionId = (command: Command) => `palette-${command.id}`;

/** Every command by name. Once opened its commands stay as they were: a list must not move under the hand. */
export function Palette() {
  const lab = useLab();
  const open = useView((state) => state.paletteOpen);
  const [commands, setCommands] = useState<readonly Command[]>([]);
  const [query, setQuery] = useState('');
  const { selected } = useSpotlight(paletteStore);

  useEffect(() => {
    if (!open) {
      palette.close();
      return;
    }
    setCommands(listCommands(lab));
    palette.open();
    // Enter means the first one, as long as nothing else was chosen.
    paletteStore.updateState((state) => ({ ...state, selected: 0 }));
  }, [lab, open]);

  const groups = groupCommands(findCommands(query, commands));
  const shown = groups.flatMap((group) => group.commands);
  const current = shown[selected];
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
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={current === undefined ? undefined : optionId(current)}
        leftSection={<Search size={17} aria-hidden />}
        classNames={{ input: classes.search ?? '' }}
      />
      <Spotlight.ActionsList>
        <div id={listId} role="listbox" aria-label="Commands">
          {groups.map(({ group, commands: members }) => (
            // biome-ignore lint/a11y/useSemanticElements: a group of options, which a fieldset is not
            <Spotlight.ActionsGroup
              key={group}
              label={group}
              className={classes.group ?? ''}
              role="group"
              aria-label={group}
            >
              {members.map((command) => (
                <Row key={command.id} command={command} current={command === current} />
              ))}
            </Spotlight.ActionsGroup>
          ))}
        </div>
        {groups.length === 0 ? <Spotlight.Empty>No command is called that.</Spotlight.Empty> : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function Row({ command, current }: { command: Command; current: boolean }) {
  const Icon = command.icon;
  const blocked = command.blocked !== undefined;
  return (
    <Spotlight.Action
      id={optionId(command)}
      role="option"
      aria-selected={current}
      data-selected={current || undefined}
      aria-disabled={blocked}
      className={classes.row ?? ''}
      closeSpotlightOnTrigger={!blocked}
      onClick={() => runOnceClosed(command)}
    >
      <Icon size={16} strokeWidth={1.8} aria-hidden />
      <span className={classes.title}>{command.title}</span>
      {blocked ? <span className={classes.blocked}>{command.blocked}</span> : null}
      {command.shortcut === undefined ? null : <kbd className={classes.keys}>{command.shortcut}</kbd>}
    </Spotlight.Action>
  );
}

/** The palette gives focus back as it closes; a command that moves focus has to come after. */
function runOnceClosed(command: Command): void {
  if (command.blocked === undefined) setTimeout(() => void command.run(), 120);
}
