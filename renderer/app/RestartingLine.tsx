import { StateShape } from '../ui/StateShape.tsx';
import { useConnectionPhase } from './labContext.tsx';
import classes from './RestartingLine.module.css';

/** The core is away for a moment. Nothing to click: it comes back by itself. */
export function RestartingLine() {
  const phase = useConnectionPhase();
  return (
    <div role="status">
      {phase === 'reconnecting' ? (
        <p className={classes.line}>
          <StateShape tone="busy" sizePx={13} />
          <span>
            <strong>Core restarting.</strong> Boards keep their power. What they print is shown again in a
            moment.
          </span>
        </p>
      ) : null}
    </div>
  );
}
