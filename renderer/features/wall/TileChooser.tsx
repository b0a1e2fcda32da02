import { Checkbox, Popover, TextInput } from '@mantine/core';
import { ChevronDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { useBench, useLab } from '../../app/labContext.tsx';
import { consoleTitle } from '../console/consoleTitle.ts';
import { tilesOf } from './arrangement.ts';
import classes from './WallBar.module.css';

/** Which consoles stand on the wall. */
export function TileChooser() {
  const [open, setOpen] = useState(false);
  const { wall } = useLab();
  const count = useStore(wall.store, (state) => state.layout.tiles.length);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="button"
          data-leave-terminal
          data-testid="tile-chooser"
          onClick={() => setOpen(!open)}
        >
          Choose <span className={classes.count}>{count}</span>
          <ChevronDown size={13} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.chooser} aria-label="Consoles on the wall">
        {open ? <Choices /> : null}
      </Popover.Dropdown>
    </Popover>
  );
}

function Choices() {
  const { wall, bench } = useLab();
  const boards = useBench((state) => state.boards);
  const ids = useBench((state) => Object.keys(state.consoles).sort().join(' '));
  const tiles = useStore(wall.store, (state) => state.layout.tiles);
  const [query, setQuery] = useState('');
  // Told apart by which consoles there are, not by what they print.
  // biome-ignore lint/correctness/useExhaustiveDependencies: ids stands for the consoles
  const all = useMemo(() => tilesOf(boards ?? [], bench.getState().consoles), [boards, ids, bench]);
  const wanted = query.trim().toLowerCase();
  const gone = tiles.filter((tile) => !all.includes(tile));
  const shown = [...all, ...gone].filter((tile) =>
    `${consoleTitle(tile, boards)} ${tile}`.toLowerCase().includes(wanted),
  );
  const showOn = () => {
    const { power, consoles } = bench.getState();
    wall.change({
      tiles: tilesOf(
        (boards ?? []).filter((board) => power[board.boardId]?.known === 'on'),
        consoles,
      ),
    });
  };
  return (
    <>
      <TextInput
        size="xs"
        aria-label="Find a console"
        placeholder="Find a console"
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
        data-autofocus
      />
      <div className={classes.list}>
        {shown.map((tile) => (
          <Checkbox
            key={tile}
            className={classes.row ?? ''}
            size="xs"
            label={gone.includes(tile) ? `${tile} (gone)` : consoleTitle(tile, boards)}
            checked={tiles.includes(tile)}
            onChange={(event) => (event.currentTarget.checked ? wall.add([tile]) : wall.remove([tile]))}
          />
        ))}
        {shown.length === 0 ? <p className={classes.none}>No console is called that.</p> : null}
      </div>
      <div className={classes.foot}>
        <button type="button" className="button" onClick={showOn}>
          All that are on
        </button>
        <button type="button" className="button" onClick={() => wall.change({ tiles: all })}>
          All {all.length}
        </button>
        <button type="button" className="button" onClick={() => wall.change({ tiles: [] })}>
          None
        </button>
      </div>
    </>
  );
}
