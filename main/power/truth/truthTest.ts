import { LabError, type PowerVerdict, type SwitchState } from '../../contract/index.ts';
import type { TaskHandle } from '../../tasks/index.ts';
import { judgeTruth } from './truthOutcome.ts';
import { type TruthSources, TruthWatch } from './truthWatch.ts';

const steps = ['Switch off', 'Watch', 'Switch on', 'Watch the boot'] as const;
export const truthTask = { kind: 'power-test', steps } as const;

/** How long it watches a board that is off, and how long at most it waits for a sign of a boot, in milliseconds. */
export interface TruthTimes {
  readonly offMs: number;
  readonly bootMs: number;
}

export interface TruthTestDeps extends TruthSources, TruthTimes {
  /** Rejects with LabError. */
  readonly switchTo: (state: SwitchState, signal: AbortSignal) => Promise<void>;
  /** Aborts once the board lost this outlet: another board may have it then. */
  readonly bound: AbortSignal;
  /** Asks the outlet for its state and its watts. Never rejects. */
  readonly ask: () => Promise<unknown>;
  /**
   * Keeps on disk what power is to be again, so that the next start gives it back when this one is killed. Rejects with
   * LabError where it cannot.
   */
  readonly intend: (state: SwitchState) => Promise<void>;
  /** It is again: nothing is left to be done. Never rejects. */
  readonly settle: () => Promise<void>;
}

const lookEveryMs = 500;
/** When Labdeck closes: other boards have yet to be switched off, and recordings to be closed. */
const closingMs = 3000;
/** After the board's own boot: those that lost power with it may take longer. */
const afterBootMs = 2000;

/**
 * Off, watch, on, watch the boot. Resolves with the verdict; power is then on, or off where it was commanded off
 * before. When it breaks off or is cancelled, power is put back as it was, and the task's log says so. Where what is to
 * be put back cannot be kept on disk it rejects before anything is switched. Rejects with LabError.
 */
export async function runTruthTest(
  deps: TruthTestDeps,
  task: TaskHandle,
  signal: AbortSignal,
): Promise<PowerVerdict> {
  const before = deps.reading();
  const { since } = deps.senses();
  const wasOff = before.commanded === 'off' || (before.commanded === null && before.known === 'off');
  const watch = await TruthWatch.begin(deps);
  let touched = false;
  let isAsBefore = false;
  try {
    signal.throwIfAborted();
    task.step(steps[0]);
    task.log(`was commanded ${before.commanded ?? 'nothing'}, known ${before.known}\n`);
    await deps.intend(wasOff ? 'off' : 'on');
    touched = true;
    await deps.switchTo('off', signal);
    watch.wentOff();
    task.step(steps[1]);
    await wait(deps, task, deps.offMs, signal, async () => {
      await deps.ask();
      watch.lookWhileOff();
      return false;
    });
    task.step(steps[2]);
    watch.goesOn();
    await deps.switchTo('on', signal);
    task.step(steps[3]);
    await wait(deps, task, deps.bootMs, signal, async () => {
      await deps.ask();
      return watch.hasBooted;
    });
    if (watch.hasBooted) await wait(deps, task, afterBootMs, signal, async () => false);
    const verdict = judgeTruth(watch.facts);
    task.log(`${verdict.outcome}: ${verdict.text}\n`);
    for (const { text } of verdict.seen) task.log(`- ${text}\n`);
    isAsBefore = !wasOff;
    return verdict;
  } finally {
    watch.dispose();
    if (touched) {
      // A command that never left moved nothing: then what was is not commanded anew.
      const hasMoved = deps.senses().since !== since || deps.reading().commandedAtMs !== before.commandedAtMs;
      isAsBefore ||= !hasMoved || (await putBack(deps, task, wasOff ? 'off' : 'on', signal));
      // Otherwise the next start tries again.
      if (isAsBefore) await deps.settle();
    }
  }
}

/** Not with the task's signal: it is what remains to be done when the test was cancelled. True when it is done. */
async function putBack(
  deps: TruthTestDeps,
  task: TaskHandle,
  state: SwitchState,
  ended: AbortSignal,
): Promise<boolean> {
  const { commanded, known } = deps.reading();
  // Where neither command nor outlet moved, there is nothing to put back.
  if (commanded === state && known !== (state === 'on' ? 'off' : 'on')) return true;
  const [late, done] = [new AbortController(), new AbortController()];
  if (ended.reason instanceof LabError && ended.reason.code === 'INTERRUPTED')
    deps.clock.sleep(closingMs, done.signal).then(
      () => late.abort(ended.reason),
      () => {},
    );
  try {
    await deps.switchTo(state, AbortSignal.any([deps.bound, late.signal]));
    task.log(`power is ${state} again, as before\n`);
    return true;
  } catch (error) {
    task.log(
      `power could not be switched ${state} again: ${error instanceof Error ? error.message : error}\n`,
    );
    return false;
  } finally {
    done.abort();
  }
}

/** Waits `forMs` milliseconds, looking now and then, until `look` says that it is enough. */
async function wait(
  { clock }: TruthTestDeps,
  task: TaskHandle,
  forMs: number,
  signal: AbortSignal,
  look: () => Promise<boolean>,
): Promise<void> {
  // By what was slept, not by the host's clock: that may be put right meanwhile.
  for (let passedMs = 0; ; ) {
    if (await look()) return;
    const restMs = Math.min(lookEveryMs, forMs - passedMs);
    if (restMs <= 0) return;
    task.progress(passedMs / forMs);
    await clock.sleep(restMs, signal);
    passedMs += restMs;
  }
}
