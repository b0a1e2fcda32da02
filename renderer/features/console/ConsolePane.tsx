import { Suspense, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Board, ConsoleInfo } from '../../../main/contract/index.ts';
import { useBench, useLab, useView } from '../../app/labContext.tsx';
import { lazily } from '../../ui/lazily.ts';
import { ConsoleEdge } from './ConsoleEdge.tsx';
import classes from './ConsolePane.module.css';
import { SearchBar } from './SearchBar.tsx';
import { TerminalNotes } from './TerminalNotes.tsx';
import type { TerminalSession } from './terminalSession.ts';

const HistoryDock = lazily(() =>
  import('../history/HistoryDock.tsx').then((module) => ({ default: module.HistoryDock })),
);
const loadReadingPane = () => import('../history/ReadingPane.tsx');
const ReadingPane = lazily(() => loadReadingPane().then((module) => ({ default: module.ReadingPane })));
const HexView = lazily(() =>
  import('../history/HexView.tsx').then((module) => ({ default: module.HexView })),
);
const CompareView = lazily(() =>
  import('../history/CompareView.tsx').then((module) => ({ default: module.CompareView })),
);

interface Props {
  readonly board: Board;
  readonly info: ConsoleInfo;
  readonly tabbed: boolean;
}

/** One console: its terminal, what stands at its edge, and the line that says how it is. */
export function ConsolePane({ board, info, tabbed }: Props) {
  const { terminals, view, history } = useLab();
  const holder = useRef<HTMLDivElement>(null);
  const [session, setSession] = useState<TerminalSession | null>(null);
  const searchOpen = useView((state) => state.searchOpen);
  const { consoleId } = info;
  const dockOpen = useStore(history.store, (state) => state.dockOpen);
  const hex = useStore(history.store, (state) => consoleId in state.hex);
  const place = useStore(history.store, (state) => state.places[consoleId] ?? null);
  const compared = useStore(history.store, (state) => state.comparisons[consoleId] ?? null);
  const covered = hex || place !== null || compared !== null;

  useEffect(() => {
    let gone = false;
    let mounted: TerminalSession | null = null;
    void terminals.open(consoleId).then((opened) => {
      if (gone || holder.current === null) return;
      mounted = opened;
      opened.mount(holder.current);
      if (view.takeFocusRequest()) opened.focus();
      setSession(opened);
    });
    return () => {
      gone = true;
      mounted?.unmount();
    };
  }, [terminals, view, consoleId]);

  // Whoever looks into the history is about to read some of it.
  useEffect(() => {
    if (dockOpen) void loadReadingPane();
  }, [dockOpen]);

  return (
    <section
      className={classes.pane}
      aria-label={`Console ${info.name}`}
      {...(tabbed
        ? {
            role: 'tabpanel',
            id: `pane-${consoleId}`,
            'aria-labelledby': `tab-${consoleId}`,
            'aria-label': undefined,
          }
        : {})}
    >
      <div className={classes.body}>
        <div className={classes.column} inert={compared !== null}>
          {searchOpen && session !== null && !covered ? <SearchBar session={session} /> : null}
          <div className={classes.screen}>
            <div ref={holder} className={classes.holder} inert={covered} />
            {info.recording.endOffset === 0 && !covered ? <Silence board={board} /> : null}
            <Suspense>
              {hex ? <HexView consoleId={consoleId} place={place} /> : null}
              {place !== null && !hex ? <ReadingPane consoleId={consoleId} place={place} /> : null}
            </Suspense>
          </div>
          {session === null ? null : <TerminalNotes session={session} />}
          <ConsoleEdge info={info} />
        </div>
        <Suspense>
          {dockOpen ? <HistoryDock info={info} covered={compared !== null} /> : null}
          {compared === null ? null : <CompareView info={info} boots={compared} />}
        </Suspense>
      </div>
    </section>
  );
}

/** A black rectangle explains nothing: says what would bring it to life. */
function Silence({ board }: { board: Board }) {
  const reading = useBench((bench) => bench.power[board.boardId]);
  const dormant = reading?.switchable === true && reading.known !== 'on';
  return (
    <p className={classes.silence}>
      {dormant
        ? 'Nothing printed yet. Switch power on to watch it boot; then click here and type.'
        : 'Nothing printed yet.'}
    </p>
  );
}
