import { Bookmark, Clock, Download, type LucideIcon, Plug, Power, Unplug } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { ConsoleInfo } from '../../../main/contract/index.ts';
import { keys } from '../../app/commands/keys.ts';
import { useLab } from '../../app/labContext.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { EventsFollower, type RecordedEvent } from './eventsFollower.ts';
import { dayAndTime } from './formatTimes.ts';
import classes from './MarksTab.module.css';
import { saveExport } from './saveExport.ts';

const rowHeightPx = 44;
/** A board that prints all the time does not make this list flicker. */
const catchUpEveryMs = 1500;

const icons: Readonly<Record<RecordedEvent['kind'], LucideIcon>> = {
  mark: Bookmark,
  power: Power,
  connect: Plug,
  gap: Unplug,
  clock: Clock,
  led: Power,
  tx: Bookmark,
};

/** Marks, power and plugs: places of a recording to go back to. */
export function MarksTab({ info }: { info: ConsoleInfo }) {
  const { view } = useLab();
  const follower = useEvents(info);
  const { events, problem } = useStore(follower.store);
  return (
    <div className={classes.marks}>
      <div className={classes.bar}>
        <button
          type="button"
          className="button"
          data-tip={keys['history.mark']}
          onClick={() => view.show({ kind: 'mark', consoleId: info.consoleId })}
        >
          <Bookmark size={13} aria-hidden />
          Put a mark…
        </button>
      </div>
      <ProblemLine problem={problem} />
      {events === null ? (
        <p className={classes.waiting} role="status">
          Asking for the marks…
        </p>
      ) : (
        <Events consoleId={info.consoleId} events={events} />
      )}
    </div>
  );
}

function useEvents(info: ConsoleInfo): EventsFollower {
  const { connection, history } = useLab();
  const { consoleId } = info;
  const marksPut = useStore(history.store, (state) => state.marksPut);
  const { startOffset, endOffset } = info.recording;
  const [follower] = useState(
    () =>
      new EventsFollower(
        async (from, to) => (await connection.client().consoles.times({ consoleId, from, to })).events,
      ),
  );
  const first = useStore(follower.store, (state) => state.events === null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a mark just put is no news of the console
  useEffect(() => void follower.catchUp(startOffset, endOffset), [follower, marksPut]);
  useEffect(() => {
    if (first) return;
    const timer = setTimeout(() => void follower.catchUp(startOffset, endOffset), catchUpEveryMs);
    return () => clearTimeout(timer);
  }, [follower, startOffset, endOffset, first]);
  return follower;
}

function Events({ consoleId, events }: { consoleId: string; events: readonly RecordedEvent[] }) {
  if (events.length === 0) {
    return (
      <EmptyState icon={<Bookmark size={18} />} title="No mark yet" level="panel">
        <p>Put one where something is worth finding again. Power and plugs are noted by themselves.</p>
      </EmptyState>
    );
  }
  return (
    <VirtualList
      label="Marks and events, newest first"
      count={events.length}
      rowHeightPx={rowHeightPx}
      rowKey={(index) => `${events[index]?.offset} ${events[index]?.atMs} ${events[index]?.text}`}
      testId="marks"
      row={(index) => {
        const event = events[index];
        return event === undefined ? null : <EventRow consoleId={consoleId} event={event} />;
      }}
    />
  );
}

function EventRow({ consoleId, event }: { consoleId: string; event: RecordedEvent }) {
  const lab = useLab();
  const Icon = icons[event.kind];
  return (
    <div className={classes.event} data-kind={event.kind}>
      <button
        type="button"
        className={classes.go}
        onClick={() => lab.history.jump(consoleId, { offset: event.offset, bytes: 0, atMs: event.atMs })}
      >
        <Icon size={15} aria-hidden />
        <span className={classes.text}>{event.text}</span>
        <time className={`${classes.time} tabular`} dateTime={new Date(event.atMs).toISOString()}>
          {dayAndTime(event.atMs, Date.now())}
        </time>
      </button>
      {event.kind === 'mark' ? (
        <IconButton
          label={`Export from “${event.text}” on`}
          onClick={() =>
            void saveExport(lab, { consoleId, format: 'text', times: 'host', from: event.offset })
          }
        >
          <Download size={14} aria-hidden />
        </IconButton>
      ) : null}
    </div>
  );
}
