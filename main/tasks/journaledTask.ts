import type { Task, TaskWithLog } from '../contract/index.ts';
import type { KnownTask } from './runningTask.ts';

const problem = {
  code: 'INTERRUPTED',
  message: 'Labdeck was stopped in the middle of it',
  hint: 'What it had begun was undone. Do it again.',
};

/** A task of an earlier run of the core, as the journal has it. One that had not ended has failed. */
export class JournaledTask implements KnownTask {
  readonly ended = true;
  readonly isJournaled = true;
  readonly snapshot: Task;
  readonly logText: string;

  constructor({ log, ...task }: TaskWithLog, nowMs: number) {
    this.logText = log;
    this.snapshot = task.endedAtMs === null ? interrupted(task, nowMs) : task;
  }

  cancel(): void {}
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
