import type { Task, TaskWithLog } from '../contract/index.ts';
import type { KnownTask } from './runningTask.ts';

const problem = {
  code: 'INTERRUPTED',
  message: 'Labdeck was stopped in the middle of it',
  hint: 'What it had begun was undone. Do it again.',
};

/**
 * A task of an earlier run of the core, as the journal has it. One that had not ended has failed, unless it is
 * `awaited`: then it is queued until somebody goes on with it.
 */
export class JournaledTask implements KnownTask {
  readonly isJournaled = true;
  readonly snapshot: Task;
  readonly logText: string;

  constructor({ log, ...task }: TaskWithLog, nowMs: number, isAwaited = false) {
    this.logText = log;
    if (task.endedAtMs !== null) this.snapshot = task;
    else this.snapshot = isAwaited ? queued(task) : interrupted(task, nowMs);
  }

  get ended(): boolean {
    return this.snapshot.endedAtMs !== null;
  }

  cancel(): void {}
}

function queued(task: Task): Task {
  const steps = task.steps.map((step) => ({ ...step, state: 'waiting' as const, progress: null }));
  return { ...task, steps, state: 'queued' };
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
