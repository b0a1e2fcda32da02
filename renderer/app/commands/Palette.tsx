import '../../ui/widgets.css';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useLab, useView } from '../labContext.tsx';
import type { Command } from './command.ts';
import { findCommands, groupCommands } from './findCommands.ts';
import classes from './Palette.module.css';
import { listCommands } from './registry.ts';

const [paletteStore, palette] = createSpotlight();
const listId = 'palette-list';
const closingMs = 90;
const optionId = (command: Command) => `palette-${command.id}`;

/**
 * Every command by name. Spotlight gives the frame; field and list are a combobox of our own, since its rows
 * are highlighted without telling a screen reader.
 */
export function Palette() {
  const lab = useLab();
  const open = useView((state) => state.paletteOpen);
  // As they were when it opened: a list must not move under the hand.
  const [commands, setCommands] = useState<readonly Command[]>([]);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);

  useEffect(() => {
    if (!open) {
      palette.close();
      return;
    }
    setCommands(listCommands(lab));
    setQuery('');
    setAt(0);
    palette.open();
  }, [lab, open]);

  const groups = groupCommands(findCommands(query, commands));
  const shown = groups.flatMap((group) => group.commands);
  const current = shown[at];
  const close = () => lab.view.closePalette();
  const choose = (command: Command | undefined) => {
    if (command === undefined || command.blocked !== undefined) return;
    close();
    // The palette gives focus back as it closes; a command that moves focus has to come after.
    setTimeout(() => void command.run(), closingMs);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) choose(current);
    else if (event.key === 'ArrowDown') setAt((at + 1) % shown.length || 0);
    else if (event.key === 'ArrowUp') setAt((at - 1 + shown.length) % shown.length || 0);
    else return;
    event.preventDefault();
  };

  return (
    <Spotlight.Root
      store={paletteStore}
      onSpotlightClose={close}
      shortcut={null}
      size={560}
      yOffset="12vh"
      overlayProps={{ className: classes.scrim ?? '' }}
      transitionProps={{ duration: closingMs, transition: 'fade' }}
      returnFocus={false}
      title="Commands"
      data-testid="palette"
      classNames={{ content: classes.content ?? '', header: classes.header ?? '', body: classes.body ?? '' }}
    >
      <div className={classes.search}>
        <Search size={17} aria-hidden />
        <input
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
          onFocus={() => {
            const typed = lab.view.typeAhead.take();
            if (typed !== '') setQuery(typed);
          }}
          onKeyDown={onKey}
          placeholder="What do you want to do?"
          aria-label="Find a command"
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={current === undefined ? undefined : optionId(current)}
          spellCheck={false}
          data-autofocus
        />
      </div>
      <div id={listId} className={classes.list} role="listbox" aria-label="Commands">
        {groups.map(({ group, commands: members }) => (
          // biome-ignore lint/a11y/useSemanticElements: options in a group, which a fieldset is not for
          <div key={group} role="group" aria-label={group}>
            <p className={classes.group} aria-hidden="true">
              {group}
            </p>
            {members.map((command) => (
              <Row key={command.id} command={command} current={command === current} choose={choose} />
            ))}
          </div>
        ))}
      </div>
      <p className={classes.none} role="status">
        {shown.length === 0 && query !== '' ? 'No command is called that.' : ''}
      </p>
    </Spotlight.Root>
  );
}

interface RowProps {
  readonly command: Command;
  readonly current: boolean;
  readonly choose: (command: Command) => void;
}

function Row({ command, current, choose }: RowProps) {
  const Icon = command.icon;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field, which names the current option
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
    <div
      ref={current ? keepInSight : undefined}
      id={optionId(command)}
      role="option"
      aria-selected={current}
      aria-disabled={command.blocked !== undefined}
      className={classes.row}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => choose(command)}
    >
      <Icon size={16} strokeWidth={1.8} aria-hidden />
      <span className={classes.title}>{command.title}</span>
      {command.blocked === undefined ? null : <span className={classes.blocked}>{command.blocked}</span>}
      {command.shortcut === undefined ? null : <kbd className={classes.keys}>{command.shortcut}</kbd>}
    </div>
  );
}

function keepInSight(row: HTMLElement | null): void {
  row?.scrollIntoView({ block: 'nearest' });
}
