import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { timestampMs } from './ids.ts';

const { NOT_FOUND } = labErrors;

export const taskState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);
export type TaskState = z.infer<typeof taskState>;

export const taskStep = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
  /** 0 to 1; null: under way, and nobody knows how far. */
  progress: z.number().min(0).max(1).nullable(),
});
export type TaskStep = z.infer<typeof taskStep>;

/** Long work: what it does, how far it is, and how it ended. */
export const task = z.object({
  taskId: z.string(),
  /** `paste`, `send-file`. */
  kind: z.string(),
  title: z.string(),
  /** What it works on, such as a console id; null: nothing in particular. */
  subject: z.string().nullable(),
  state: taskState,
  steps: z.array(taskStep),
  startedAtMs: timestampMs,
  endedAtMs: timestampMs.nullable(),
  /** Why it failed. */
  problem: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
});
export type Task = z.infer<typeof task>;

export const taskWithLog = task.extend({ log: z.string().describe('the last 64 KiB') });
export type TaskWithLog = z.infer<typeof taskWithLog>;

const taskRef = z.strictObject({ taskId: z.string().max(64) });

export const tasksContract = {
  list: oc.route({ method: 'GET', path: '/tasks', summary: 'Tasks, newest first' }).output(z.array(task)),
  get: oc
    .route({ method: 'GET', path: '/tasks/{taskId}', summary: 'One task with its log' })
    .errors({ NOT_FOUND })
    .input(taskRef)
    .output(taskWithLog),
  cancel: oc
    .route({ method: 'POST', path: '/tasks/{taskId}/cancel', summary: 'Stop it; harmless when it has ended' })
    .errors({ NOT_FOUND })
    .input(taskRef)
    .output(task),
  changes: oc
    .route({ method: 'GET', path: '/events/tasks', summary: 'Tasks, now and at each change (events)' })
    .output(eventIterator(z.array(task))),
};
