import { Cable, CircleAlert, Disc } from 'lucide-react';
import { runningCount } from '../features/tasks/taskWords.ts';
import { countOf } from '../lib/format/format.ts';
import type { ConnectionPhase } from '../lib/lab/connection.ts';
import { StateShape, type Tone } from '../ui/StateShape.tsx';
import { useBench, useConnectionPhase, useLab } from './labContext.tsx';
import classes from './StatusBar.module.css';

const phases: Record<ConnectionPhase, { word: string; tone: Tone }> = {
  connecting: { word: 'Connecting', tone: 'busy' },
  connected: { word: 'Connected', tone: 'on' },
  reconnecting: { word: 'Core restarting', tone: 'busy' },
  unauthorized: { word: 'No access', tone: 'bad' },
};

/** The bench in one line. */
export function StatusBar() {
  const { view } = useLab();
  const phase = useConnectionPhase();
  const about = useBench((state) => state.about);
  const portCount = useBench((state) => state.ports?.length ?? null);
  const noticeCount = useBench((state) => state.notices.length);
  return (
    <footer className={classes.bar} data-testid="status-bar">
      <span
        className={classes.item}
        role="status"
        data-testid="core-state"
        data-state={phase === 'connected' ? 'connected' : 'reconnecting'}
      >
        <StateShape tone={phases[phase].tone} sizePx={9} />
        {phases[phase].word}
      </span>
      {about === null ? null : (
        <span className={classes.item}>{about.host === 'desktop' ? 'Desktop' : 'Headless'} host</span>
      )}
      {portCount === null ? null : (
        <button type="button" className={classes.item} onClick={() => view.go({ page: 'ports' })}>
          <Cable size={13} aria-hidden />
          {countOf(portCount, 'port')}
        </button>
      )}
      <span className={classes.spring} />
      <RunningTasks />
      <RecordingProblem />
      {noticeCount === 0 ? null : (
        <span className={classes.item}>
          <CircleAlert size={13} aria-hidden />
          {countOf(noticeCount, 'notice')}
        </span>
      )}
      {about === null ? null : (
        <span className={`${classes.item} ${classes.faint}`}>Labdeck {about.version}</span>
      )}
    </footer>
  );
}

function RunningTasks() {
  const { view } = useLab();
  const running = useBench((state) => runningCount(state.tasks));
  if (running === 0) return null;
  return (
    <button type="button" className={classes.item} onClick={() => view.go({ page: 'tasks' })}>
      <StateShape tone="busy" sizePx={10} />
      {countOf(running, 'task')} running
    </button>
  );
}

function RecordingProblem() {
  const { view } = useLab();
  const paused = useBench((state) =>
    Object.values(state.consoles)
      .filter((info) => info.recording.state === 'paused')
      .map((info) => info.boardId)
      .join(', '),
  );
  if (paused === '') return null;
  return (
    <button
      type="button"
      className={classes.item}
      data-tone="bad"
      onClick={() => view.selectBoard(paused.split(', ')[0] ?? null)}
    >
      <Disc size={13} aria-hidden />
      Recording paused: {paused}
    </button>
  );
}
