import { z } from 'zod';
import {
  backupPolicy,
  instanceName,
  instanceSource,
  resolvedSource,
  timestampMs,
} from '../contract/index.ts';

const problem = z.strictObject({ code: z.string(), message: z.string(), hint: z.string() });

/** Where an instance's first data come from; null: it begins empty. */
const origin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('backup'), backupId: z.string() }),
  z.strictObject({ kind: z.literal('clone'), key: z.string() }),
]);
export type Origin = z.infer<typeof origin>;

const builtImage = z.strictObject({
  imageId: z.string(),
  version: z.string().nullable(),
  resolved: resolvedSource,
});

/** What Labdeck was asked for. How its container fares is the engine's to say; nothing of that is kept here. */
export const instanceRecord = z.strictObject({
  key: z.string(),
  name: instanceName,
  source: instanceSource,
  include: z.strictObject({ worker: z.boolean(), qemu: z.boolean() }),
  adminName: z.string(),
  memoryLimitBytes: z.int().nullable(),
  lean: z.boolean(),
  port: z.int(),
  /** Asked for by number: never changed by itself. */
  isPortFixed: z.boolean(),
  autostart: z.boolean(),
  backup: backupPolicy,
  watch: z.strictObject({ watchId: z.string(), subject: z.string() }).nullable(),
  createdAtMs: timestampMs,
  /** `installing` and `removing` are gone on with after a crash; `failed` waits for somebody to try again. */
  phase: z.enum(['installing', 'failed', 'installed', 'removing']),
  /** What it should be when nobody works on it. */
  wanted: z.enum(['running', 'stopped']),
  image: builtImage.nullable(),
  generation: z.int(),
  origin: origin.nullable(),
  /**
   * Of the task that installs or removes it, which goes on under this id after a crash. Of an installed one: the task
   * that made it what it is, so that one that was cut short right after that is known to have succeeded.
   */
  taskId: z.string().nullable(),
  problem: problem.nullable(),
});
export type InstanceRecord = z.infer<typeof instanceRecord>;

export const instancesDocument = z.strictObject({
  version: z.literal(1),
  /** Of this data folder, on everything it makes in the engine. */
  labId: z.string(),
  instances: z.array(instanceRecord),
});
export type InstancesDocument = z.infer<typeof instancesDocument>;
