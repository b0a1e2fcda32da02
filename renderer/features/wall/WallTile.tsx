import { type FocusEvent, memo } from 'react';
import { useStore } from 'zustand';
import { useBench, useLab } from '../../app/labContext.tsx';
import { LeaseNotes } from '../console/LeaseNotes.tsx';
import { TerminalNotes } from '../console/TerminalNotes.tsx';
import { TileHeader } from './TileHeader.tsx';
import { useTerminalIn } from './useTerminalIn.ts';
import type { TileDrag } from './useTileDrag.ts';
import classes from './WallTile.module.css';

interface Props {
  readonly consoleId: string;
  /** null: as large as in the settings. */
  readonly fontPx: number | null;
  readonly maximised: boolean;
  /** null: there is nothing to arrange. */
  readonly drag: TileDrag | null;
}

/** One console of the wall, live, with what there is to know about it in a line. */
export const WallTile = memo(function WallTile({ consoleId, fontPx, maximised, drag }: Props) {
  const { wall } = useLab();
  const known = useBench((state) => state.consoles[consoleId] !== undefined);
  const typing = useStore(wall.store, (state) =>
    state.typingTo === null ? 'single' : state.typingTo.includes(consoleId) ? 'many' : 'left-out',
  );
  const onFocus = (event: FocusEvent) => {
    if (event.target instanceof Element) wall.focus(consoleId);
  };
  return (
    <section
      className={classes.tile}
      aria-label={`Console ${consoleId}`}
      data-tile={consoleId}
      data-testid={`tile-${consoleId}`}
      data-typing={typing}
      data-drop={drag?.target === consoleId}
      data-dragged={drag?.dragged === consoleId}
      onFocus={onFocus}
    >
      <TileHeader consoleId={consoleId} maximised={maximised} drag={drag} />
      {known ? <TileTerminal consoleId={consoleId} fontPx={fontPx} /> : <Gone consoleId={consoleId} />}
    </section>
  );
});

function TileTerminal({ consoleId, fontPx }: { consoleId: string; fontPx: number | null }) {
  const { holder, session } = useTerminalIn(consoleId, fontPx);
  const info = useBench((state) => state.consoles[consoleId]);
  return (
    <>
      <div className={classes.screen}>
        <div ref={holder} className={classes.holder} />
      </div>
      {session === null ? null : <TerminalNotes session={session} />}
      {info === undefined ? null : <LeaseNotes info={info} />}
    </>
  );
}

function Gone({ consoleId }: { consoleId: string }) {
  const { wall } = useLab();
  return (
    <div className={classes.gone}>
      <p>
        <code data-selectable>{consoleId}</code> is not on the bench now. Its place is kept.
      </p>
      <button type="button" className="button" onClick={() => wall.remove([consoleId])}>
        Take it off the wall
      </button>
    </div>
  );
}
