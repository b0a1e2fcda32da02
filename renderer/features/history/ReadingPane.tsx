import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { fetchTimesOf } from '../console/terminalTimes.ts';
import { clockTime, dayAndTime } from './formatTimes.ts';
import type { Place } from './historyControl.ts';
import classes from './ReadingPane.module.css';
import { ReadingSession } from './readingSession.ts';
import { readPartOf } from './readRange.ts';

interface Props {
  readonly consoleId: string;
  readonly place: Place;
}

/** What a console printed at some place of its recording, in place of what it prints now. */
export function ReadingPane({ consoleId, place }: Props) {
  const { history, terminals, connection, bench } = useLab();
  const holder = useRef<HTMLDivElement>(null);
  const [session, setSession] = useState<ReadingSession | null>(null);
  const times = useStore(history.store, (state) => state.times);
  const look = terminals.appearance;

  useEffect(() => {
    if (holder.current === null) return;
    const client = () => connection.client();
    const made = new ReadingSession(
      holder.current,
      {
        read: readPartOf(consoleId, client),
        fetchTimes: fetchTimesOf(consoleId, client),
        kept: () => {
          const recording = bench.getState().consoles[consoleId]?.recording;
          return { from: recording?.startOffset ?? 0, to: recording?.endOffset ?? 0 };
        },
      },
      look,
      history.store.getState().times,
    );
    setSession(made);
    return () => made.dispose();
  }, [consoleId, connection, bench, history, look]);
  useEffect(() => void session?.open(place), [session, place]);
  useEffect(() => session?.setTimes(times), [session, times]);

  return (
    <section
      className={classes.reading}
      aria-label="Recording"
      data-testid="reading"
      onKeyDown={(event) => {
        if (event.key === 'Escape') history.backToLive(consoleId);
      }}
    >
      <div className={classes.bar}>
        <ReadingWhere place={place} />
        {session === null ? null : <ReadingNote session={session} again={() => void session.open(place)} />}
        <span className={classes.spring} />
        <button type="button" className="button" onClick={() => history.backToLive(consoleId)}>
          Back to live
        </button>
      </div>
      <div ref={holder} className={classes.holder} />
    </section>
  );
}

/** When the place in question was printed. */
export function ReadingWhere({ place }: { place: Place }) {
  return (
    <span className={`${classes.where} tabular`} role="status">
      {place.atMs === null
        ? `Reading from byte ${place.offset.toLocaleString('en')}`
        : `Reading from ${dayAndTime(place.atMs, Date.now())}${clockTime(place.atMs).slice(8)}`}
    </span>
  );
}

function ReadingNote({ session, again }: { session: ReadingSession; again: () => void }) {
  const { phase, problem, atStart, atEnd } = useStore(session.store);
  if (problem !== null) {
    return (
      <ProblemLine problem={problem}>
        <button type="button" className="button" onClick={again}>
          Try again
        </button>
      </ProblemLine>
    );
  }
  if (phase === 'loading') return <span className={classes.note}>Loading…</span>;
  if (atStart && atEnd) return <span className={classes.note}>This is all it printed.</span>;
  return null;
}
