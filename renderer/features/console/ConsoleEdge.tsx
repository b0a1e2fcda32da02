import { useStore } from 'zustand';
import type { ConsoleInfo } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { formatBytes } from '../../lib/format/format.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { sentence } from '../../ui/sentence.ts';
import classes from './ConsoleEdge.module.css';
import { consoleTone, consoleWord } from './consoleWords.ts';

/** How the line stands, on which device, and how its recording grows. */
export function ConsoleEdge({ info }: { info: ConsoleInfo }) {
  const away = useConnectionPhase() !== 'connected';
  return (
    <>
      <WhyNot info={info} />
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
        <span className={classes.spring} />
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
      {paused ? `Recording paused: ${recording.reason ?? 'the disk refuses bytes'}` : 'Recording'}
      <span className={`${classes.count} tabular`}>{formatBytes(recording.endOffset)}</span>
      {recording.lostBytes === 0 ? null : (
        <span className="tabular">{formatBytes(recording.lostBytes)} not recorded</span>
      )}
    </span>
  );
}

/** A line that is not open says why, what to do, and lets it be tried again at once. */
function WhyNot({ info }: { info: ConsoleInfo }) {
  const { connection, actions } = useLab();
  const place = `open:${info.consoleId}`;
  const pending = useStore(actions.store, (state) => place in state.pending);
  const mendable =
    info.state === 'unplugged' || info.state === 'busy' || info.state === 'denied' || info.state === 'failed';
  if (!mendable) return null;
  const open = () => {
    void actions.run(place, 'open', async () =>
      connection.client().consoles.open({ consoleId: info.consoleId }),
    );
  };
  const message = sentence(info.reason ?? consoleWord[info.state]);
  return (
    <div className={classes.why}>
      <ProblemLine problem={{ code: 'DEVICE_GONE', message, hint: info.hint, field: null }}>
        <button type="button" className="button" onClick={open} aria-disabled={pending}>
          {pending ? 'Trying…' : 'Try again'}
        </button>
      </ProblemLine>
    </div>
  );
}
