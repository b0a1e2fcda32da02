import { SegmentedControl, Select } from '@mantine/core';
import { Keyboard, Minimize2 } from 'lucide-react';
import { useStore } from 'zustand';
import { keys, wallKeys } from '../../app/commands/keys.ts';
import { useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { LayoutMenu } from './LayoutMenu.tsx';
import { TileChooser } from './TileChooser.tsx';
import { typeToAll } from './typeToMany.ts';
import classes from './WallBar.module.css';

const automatic = '0';
const columnChoices = [
  { value: automatic, label: 'Columns: automatic' },
  ...['1', '2', '3', '4', '5', '6'].map((value) => ({
    value,
    label: countOf(Number(value), 'column'),
  })),
];

/** What stands on the wall, how, and whether a key goes to many of them. */
export function WallBar() {
  const lab = useLab();
  const { wall } = lab;
  const { view, columns, tiles } = useStore(wall.store, (state) => state.layout);
  const typing = useStore(wall.store, (state) => state.typingTo !== null);
  const maximised = useStore(wall.store, (state) => state.maximised);
  return (
    <header className={classes.bar}>
      <h1 className={classes.title}>Consoles</h1>
      <LayoutMenu />
      <TileChooser />
      <SegmentedControl
        size="xs"
        aria-label="View"
        value={view}
        onChange={(value) => wall.change({ view: value === 'tabs' ? 'tabs' : 'tiles' })}
        data={[
          { value: 'tiles', label: 'Tiles' },
          { value: 'tabs', label: 'Tabs' },
        ]}
      />
      {view === 'tiles' ? (
        <Select
          size="xs"
          w={164}
          aria-label="Columns"
          data={columnChoices}
          value={String(columns)}
          onChange={(value) => wall.change({ columns: Number(value ?? automatic) })}
          allowDeselect={false}
        />
      ) : null}
      <span className={classes.spring} />
      {maximised === null ? null : (
        <button
          type="button"
          className="button"
          title={wallKeys.maximise}
          onClick={() => wall.toggleMaximised(maximised)}
        >
          <Minimize2 size={14} aria-hidden />
          Show all {tiles.length}
        </button>
      )}
      <button
        type="button"
        className="button"
        aria-pressed={typing}
        aria-disabled={tiles.length < 2}
        title={`${typing ? 'Each key goes to one console again' : 'Every key goes to several consoles'} (${keys['wall.typeToMany']})`}
        data-testid="type-to-many"
        onClick={() => {
          if (tiles.length >= 2) typeToAll(lab, !typing);
        }}
      >
        <Keyboard size={14} aria-hidden />
        {typing ? 'Stop typing to many' : 'Type to many'}
      </button>
    </header>
  );
}
