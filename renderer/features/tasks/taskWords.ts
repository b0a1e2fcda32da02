import type { Task, TaskStep } from '../../../main/contract/index.ts';
import type { Tone } from '../../ui/StateShape.tsx';

export const taskWord: Readonly<Record<Task['state'], string>> = {
  queued: 'Waiting',
  running: 'Running',
  succeeded: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const taskTone: Readonly<Record<Task['state'], Tone>> = {
  queued: 'off',
  running: 'busy',
  succeeded: 'on',
  failed: 'bad',
  cancelled: 'off',
};

export const stepWord: Readonly<Record<TaskStep['state'], string>> = {
  waiting: 'waiting',
  running: 'under way',
  done: 'done',
  failed: 'failed',
  skipped: 'skipped',
};

export const stepTone: Readonly<Record<TaskStep['state'], Tone>> = {
  waiting: 'off',
  running: 'busy',
  done: 'on',
  failed: 'bad',
  skipped: 'off',
};

export function isUnderWay(task: Pick<Task, 'state'>): boolean {
  return task.state === 'queued' || task.state === 'running';
}

export function runningCount(tasks: readonly Pick<Task, 'state'>[] | null): number {
  return tasks?.filter(isUnderWay).length ?? 0;
}

/** How far a task is, from 0 to 1, each step counting alike; null: nobody knows. */
export function taskProgress(steps: readonly TaskStep[]): number | null {
  const parts = steps.map((step) => {
    if (step.state === 'done' || step.state === 'skipped') return 1;
    return step.state === 'running' ? step.progress : 0;
  });
  if (parts.length === 0 || parts.includes(null)) return null;
  return parts.reduce((sum: number, part) => sum + (part ?? 0), 0) / parts.length;
}
