import type { InstallPlan, Task, TaskStep } from '../../../main/contract/index.ts';
import { taskProgress } from '../tasks/taskWords.ts';

type Estimate = InstallPlan['steps'];

/**
 * How far a task is, from 0 to 1, its steps weighed by how long they are expected to take; without an estimate
 * each counts alike. null: nobody knows.
 */
export function weighedProgress(steps: readonly TaskStep[], estimate: Estimate | null): number | null {
  if (estimate === null) return taskProgress(steps);
  const total = steps.reduce((sum, step) => sum + secondsOf(step, estimate), 0);
  if (total === 0) return taskProgress(steps);
  return 1 - secondsLeft(steps, estimate) / total;
}

/** Seconds the steps that are not done are expected to take. */
export function secondsLeft(steps: readonly TaskStep[], estimate: Estimate): number {
  return steps.reduce((sum, step) => sum + secondsOf(step, estimate) * partLeft(step), 0);
}

function partLeft(step: TaskStep): number {
  if (step.state === 'waiting') return 1;
  return step.state === 'running' ? 1 - (step.progress ?? 0) : 0;
}

function secondsOf(step: TaskStep, estimate: Estimate): number {
  return estimate.find((each) => each.name === step.name)?.seconds ?? 0;
}

/** `about 90 s`, `about 4 min`, `a few seconds`. */
export function aboutSeconds(seconds: number): string {
  if (seconds < 8) return 'a few seconds';
  if (seconds < 100) return `about ${Math.ceil(seconds / 5) * 5} s`;
  return `about ${Math.round(seconds / 60)} min`;
}

/** The newest task that works, or worked, on an instance: by its own id, else by what the task names. */
export function taskOf(
  tasks: readonly Task[] | null,
  subject: { readonly taskId: string | null; readonly names: readonly string[] },
): Task | null {
  const own = tasks?.find((task) => task.taskId === subject.taskId);
  const named = tasks?.find((task) => task.subject !== null && subject.names.includes(task.subject));
  return own ?? named ?? null;
}
