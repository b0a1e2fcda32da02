import type { KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { useBench, useLab } from '../../app/labContext.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import areaClasses from '../console/ConsoleArea.module.css';
import { consoleTitle } from '../console/consoleTitle.ts';
import { consoleTone } from '../console/consoleWords.ts';
import classes from './WallTabs.module.css';
import { WallTile } from './WallTile.tsx';

/** One console in front, the others behind their tabs: as live as it, only not drawn. */
export function WallTabs() {
  const { wall } = useLab();
  const tiles = useStore(wall.store, (state) => state.layout.tiles);
  const focused = useStore(wall.store, (state) => state.focused);
  const shown = focused !== null && tiles.includes(focused) ? focused : tiles[0];
  if (shown === undefined) return null;
  const onArrow = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const at = (tiles.indexOf(shown) + step + tiles.length) % tiles.length;
    wall.focus(tiles[at] ?? shown);
    event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]').item(at).focus();
  };
  return (
    <>
      <div className={areaClasses.tabs} role="tablist" aria-label="Consoles" onKeyDown={onArrow}>
        {tiles.map((tile) => (
          <Tab key={tile} consoleId={tile} current={tile === shown} />
        ))}
      </div>
      <div className={classes.pane} role="tabpanel" id="wall-tab-pane" aria-labelledby={`wall-tab-${shown}`}>
        <WallTile key={shown} consoleId={shown} fontPx={null} maximised={false} drag={null} />
      </div>
    </>
  );
}

function Tab({ consoleId, current }: { consoleId: string; current: boolean }) {
  const { wall } = useLab();
  const title = useBench((state) => consoleTitle(consoleId, state.boards));
  const tone = useBench((state) => {
    const info = state.consoles[consoleId];
    return info === undefined ? 'bad' : consoleTone[info.state];
  });
  const typing = useStore(wall.store, (state) => state.typingTo?.includes(consoleId) === true);
  return (
    <button
      type="button"
      role="tab"
      id={`wall-tab-${consoleId}`}
      aria-selected={current}
      aria-controls="wall-tab-pane"
      tabIndex={current ? 0 : -1}
      className={areaClasses.tab}
      data-typing={typing}
      onClick={() => wall.focus(consoleId)}
    >
      <StateShape tone={tone} sizePx={8} />
      {title}
      {typing ? <span className={classes.typing}>typing</span> : null}
    </button>
  );
}
