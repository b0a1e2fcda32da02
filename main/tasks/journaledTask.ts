import type { Task, TaskWithLog } from '../contract/index.ts';
import type { LabError } from '../contract/labError.ts';
import type { KnownTask } from './runningTask.ts';

const problem = {
  code: 'INTERRUPTED',
  message: 'Labdeck was stopped in the middle of it',
  hint: 'What it had begun is undone at the next start. Do it again.',
};

/**
 * What became of a task that had not ended when the core did. `awaited`: it is queued until somebody goes on with it;
 * `done`: all it was for had been done; `lost`: it has failed.
 */
export type TaskFate = (task: Task) => 'awaited' | 'done' | 'lost';

/** A task of an earlier run of the core, as the journal has it. */
export class JournaledTask implements KnownTask {
  readonly isJournaled = true;
  readonly snapshot: Task;
  readonly logText: string;
  /** Why it was cancelled before anybody went on with it; null: it was not. */
  cancelledFor: LabError | null = null;

  constructor({ log, ...task }: TaskWithLog, nowMs: number, fateOf: TaskFate) {
    this.logText = log;
    if (task.endedAtMs !== null) this.snapshot = task;
    else this.snapshot = fates[fateOf(task)](task, nowMs);
  }

  get ended(): boolean {
    return this.snapshot.endedAtMs !== null;
  }

  /** Who goes on with it is told to stop. */
  cancel(reason: LabError): void {
    if (!this.ended) this.cancelledFor = reason;
  }
}

function queued(task: Task): Task {
  const steps = task.steps.map((step) => ({ ...step, state: 'waiting' as const, progress: null }));
  return { ...task, steps, state: 'queued' };
}

function done(task: Task, nowMs: number): Task {
  const steps = task.steps.map((step) =>
    step.state === 'running' ? { ...step, state: 'done' as const, progress: 1 } : step,
  );
  return { ...task, steps, state: 'succeeded', endedAtMs: nowMs };
}

function interrupted(task: Task, nowMs: number): Task {
  const steps = task.steps.map((step) =>
    step.state === 'running'
      ? { ...step, state: 'failed' as const }
      : step.state === 'waiting'
        ? { ...step, state: 'skipped' as const }
        : step,
  );
  return { ...task, steps, state: 'failed', endedAtMs: nowMs, problem };
}

const fates = { awaited: queued, done, lost: interrupted } as const;
