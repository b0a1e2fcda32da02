import type { ConsoleInfo } from '../../../main/contract/index.ts';
import { useConnectionPhase } from '../../app/labContext.tsx';
import { formatBytes } from '../../lib/format/format.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import classes from './ConsoleEdge.module.css';
import { consoleTone, consoleWord } from './consoleWords.ts';
import { LeaseEdge } from './LeaseEdge.tsx';
import { LeaseNotes } from './LeaseNotes.tsx';
import { SharingEdge } from './SharingEdge.tsx';

/** How the line stands, who writes to it, who else may, and how its recording grows. */
export function ConsoleEdge({ info }: { info: ConsoleInfo }) {
  const away = useConnectionPhase() !== 'connected';
  return (
    <>
      <LeaseNotes info={info} />
      <div className={classes.edge}>
        <span className={classes.item} data-testid="console-state" data-state={info.state}>
          <StateShape tone={away ? 'busy' : consoleTone[info.state]} sizePx={9} />
          {consoleWord[info.state]}
        </span>
        {info.device === null ? null : (
          <code className={classes.device} data-selectable>
            {info.device}
          </code>
        )}
        <LeaseEdge info={info} />
        <span className={classes.spring} />
        <SharingEdge info={info} />
        <Recording recording={info.recording} />
      </div>
    </>
  );
}

function Recording({ recording }: { recording: ConsoleInfo['recording'] }) {
  const paused = recording.state === 'paused';
  return (
    <span
      className={classes.item}
      data-testid="recording-state"
      data-state={recording.state}
      data-tone={paused ? 'bad' : undefined}
    >
      {paused ? <StateShape tone="bad" sizePx={10} /> : <span className={classes.dot} aria-hidden="true" />}
      {paused ? (
        `Recording paused: ${recording.reason ?? 'the disk refuses bytes'}`
      ) : (
        <span className={classes.quiet}>Recording</span>
      )}
      <span className={`${classes.count} tabular`}>{formatBytes(recording.endOffset)}</span>
      {recording.lostBytes === 0 ? null : (
        <span className="tabular">{formatBytes(recording.lostBytes)} not recorded</span>
      )}
    </span>
  );
}
