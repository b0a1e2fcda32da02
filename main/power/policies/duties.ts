import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errno.ts';
import type { BoardId, SwitchState } from '../../contract/index.ts';

/** A board that is to be switched though nobody asks for it now. */
export interface Duty {
  readonly key: string;
  readonly boardId: BoardId;
  readonly state: SwitchState;
  readonly rampMs: number;
}

export interface FailedDuty extends Duty {
  readonly why: string;
}

export interface DutiesDeps {
  /** `together` go off anyway and are no reason against it. Rejects with LabError, and is tried again. */
  readonly carryOut: (duty: Duty, together: readonly BoardId[]) => Promise<void>;
  /** The board is gone, or somebody has switched it since: their word counts. */
  readonly isObsolete: (duty: Duty) => boolean;
  /** It was carried out, or was obsolete. */
  readonly onDone: (duty: Duty) => Promise<void>;
  readonly onFailure: (duty: Duty, error: unknown) => void;
  /** Between two boards that are switched on. */
  readonly staggerMs: () => number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Hubs, networks and plugs come up slower than Labdeck. */
const tries = 6;
const retryEveryMs = 10_000;

/**
 * Switches off at once, then on one after another; what fails is tried again for a minute. Resolves with what failed
 * to the end. Rejects with the signal's reason.
 */
export async function carryOutDuties(duties: readonly Duty[], deps: DutiesDeps): Promise<FailedDuty[]> {
  let left: readonly Duty[] = [...duties].sort((a, b) => Number(a.state === 'on') - Number(b.state === 'on'));
  let failed: FailedDuty[] = [];
  for (let attempt = 1; left.length > 0 && attempt <= tries; attempt += 1) {
    if (attempt > 1) await deps.clock.sleep(retryEveryMs, deps.signal);
    failed = await tryEach(left, deps);
    left = failed;
  }
  return failed;
}

async function tryEach(duties: readonly Duty[], deps: DutiesDeps): Promise<FailedDuty[]> {
  const { clock, signal, staggerMs } = deps;
  const failed: FailedDuty[] = [];
  const together = duties.filter((duty) => duty.state === 'off').map(({ boardId }) => boardId);
  let waitMs = 0;
  for (const duty of duties) {
    if (duty.state === 'on' && waitMs > 0) await clock.sleep(waitMs, signal);
    signal.throwIfAborted();
    waitMs = 0;
    if (deps.isObsolete(duty)) {
      await deps.onDone(duty);
      continue;
    }
    try {
      await deps.carryOut(duty, together);
      if (duty.state === 'on') waitMs = staggerMs() + duty.rampMs;
      await deps.onDone(duty);
    } catch (error) {
      // What closing broke off is for the next start.
      signal.throwIfAborted();
      deps.onFailure(duty, error);
      failed.push({ ...duty, why: messageOf(error) });
    }
  }
  return failed;
}
