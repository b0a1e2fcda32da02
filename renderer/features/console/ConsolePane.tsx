import { useEffect, useRef, useState } from 'react';
import type { Board, ConsoleInfo } from '../../../main/contract/index.ts';
import { useBench, useLab, useView } from '../../app/labContext.tsx';
import { ConsoleEdge } from './ConsoleEdge.tsx';
import classes from './ConsolePane.module.css';
import { SearchBar } from './SearchBar.tsx';
import { TerminalNotes } from './TerminalNotes.tsx';
import type { TerminalSession } from './terminalSession.ts';

interface Props {
  readonly board: Board;
  readonly info: ConsoleInfo;
  readonly tabbed: boolean;
}

/** One console: its terminal, what stands at its edge, and the line that says how it is. */
export function ConsolePane({ board, info, tabbed }: Props) {
  const { terminals, view } = useLab();
  const holder = useRef<HTMLDivElement>(null);
  const [session, setSession] = useState<TerminalSession | null>(null);
  const searchOpen = useView((state) => state.searchOpen);
  const { consoleId } = info;

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
      {searchOpen && session !== null ? <SearchBar session={session} /> : null}
      <div className={classes.screen}>
        <div ref={holder} className={classes.holder} />
        {info.recording.endOffset === 0 ? <Silence board={board} /> : null}
      </div>
      {session === null ? null : <TerminalNotes session={session} />}
      <ConsoleEdge info={info} />
    </section>
  );
}

/** A black rectangle explains nothing: says what would bring it to life. */
function Silence({ board }: { board: Board }) {
  const reading = useBench((bench) => bench.power[board.boardId]);
  const dormant = reading?.switchable === true && reading.state !== 'on';
  return (
    <p className={classes.silence}>
      {dormant
        ? 'Nothing printed yet. Switch power on to watch it boot; then click here and type.'
        : 'Nothing printed yet.'}
    </p>
  );
}
