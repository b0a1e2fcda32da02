import { Timer, Zap } from 'lucide-react';
import type { PowerReading } from '../../../main/contract/index.ts';
import { useNow } from '../../ui/useNow.ts';
import classes from './PowerNumbers.module.css';
import { idleOffText, wattsText } from './powerWords.ts';

/** What flows now, where that is measured, and when the board goes off by itself. */
export function PowerNumbers({ reading }: { reading: PowerReading | undefined }) {
  return (
    <>
      {reading?.meter == null ? null : (
        <span className={`${classes.number} tabular`} data-testid="watts" title="Measured by the outlet">
          <Zap size={12} aria-hidden />
          {wattsText(reading.meter.watts)}
        </span>
      )}
      {reading?.idleOffAtMs == null ? null : <IdleOff atMs={reading.idleOffAtMs} />}
      {reading?.idleOffHeld == null ? null : (
        <span
          className={classes.number}
          data-testid="idle-off-held"
          title={`It stays on: ${reading.idleOffHeld}, so nobody can tell whether it is idle`}
        >
          <Timer size={12} aria-hidden />
          Idle-off waits
        </span>
      )}
    </>
  );
}

function IdleOff({ atMs }: { atMs: number }) {
  const nowMs = useNow(true);
  return (
    <span
      className={`${classes.number} tabular`}
      data-testid="idle-off"
      title="It goes off because it is idle. Output, typing or somebody who has its console keeps it on"
    >
      <Timer size={12} aria-hidden />
      Off {idleOffText(atMs, nowMs)}
    </span>
  );
}
