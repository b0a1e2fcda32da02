import { z } from 'zod';
import { type InstancePart, instancePart } from '../contract/index.ts';

const part = z.object({
  state: z.enum(['ok', 'starting', 'down', 'off']),
  restarts: z.int(),
  detail: z.string().nullable(),
});

/** `status.json` in the run folder, as the instance's own init writes it. */
export const instanceStatus = z.object({
  version: z.literal(1),
  state: z.enum([
    'starting',
    'migrating',
    'awaiting-restore',
    'maintenance',
    'running',
    'stopping',
    'failed',
  ]),
  problem: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  lavaVersion: z.string().nullable(),
  /** Another one for each start of the container. */
  bootId: z.string(),
  /** By the instance's clock: two of them may be compared, but not with ours. */
  atMs: z.number(),
  parts: z.record(instancePart, part),
  usage: z.object({
    cpuSeconds: z.number(),
    memoryBytes: z.number(),
    diskBytes: z.number().nullable(),
  }),
  holds: z.object({ jobs: z.int(), devices: z.int(), users: z.int() }).nullable(),
});
export type InstanceStatus = z.infer<typeof instanceStatus>;

/** In the order they start. */
export const instanceParts: readonly InstancePart[] = instancePart.options;

/** True once all that should run does. */
export function isWell(status: InstanceStatus): boolean {
  return (
    status.state === 'running' &&
    instanceParts.every((name) => ['ok', 'off'].includes(status.parts[name].state))
  );
}
