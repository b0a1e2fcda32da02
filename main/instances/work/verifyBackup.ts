import { z } from 'zod';
import { fail, type InstanceName, LabError } from '../../contract/index.ts';
import type { TaskHandle } from '../../tasks/index.ts';
import { freePort } from '../freePort.ts';
import type { InstanceRecord } from '../instanceRecord.ts';
import { newScratchKey } from '../names.ts';
import { imageOf } from './imageOf.ts';
import { provision, provisionSteps } from './provision.ts';
import type { WorkDeps } from './workDeps.ts';

const refusal = z.looseObject({ code: z.string(), message: z.string() });

export const verifySteps = ['checksum', 'engine check', 'base', 'image', ...provisionSteps, 'throw away'];

/**
 * Restores a backup into a scratch instance of what it was made with, sees it answer, and throws that away. The verdict
 * is kept with the backup. Rejects with why it is no good, or, without a verdict, with what kept it from being tried.
 */
export async function verifyBackup(deps: WorkDeps, backupId: string, task: TaskHandle): Promise<void> {
  const { backups, generations } = deps;
  const backup = backups.get(backupId);
  const key = newScratchKey();
  const generation = { key, number: 1 };
  let isPutIn = false;
  try {
    task.step('checksum');
    await backups.check(backup.file);
    const owner = deps.store.byKey(backup.instanceKey);
    const source = backup.source ?? owner?.source ?? { kind: 'package', suite: 'forky' };
    // Without a worker: it would take up the jobs that were under way.
    const include = { worker: false, qemu: owner?.include.qemu ?? false };
    const image = await imageOf(
      deps,
      { source, include },
      { refresh: false, present: owner?.image ?? null, task },
    );
    const scratch = await scratchRecord(deps, { key, source, include, image });
    const data = () => {
      isPutIn = true;
      return backups.open(backupId);
    };
    await provision(deps, scratch, { generation, data, admin: null, task });
    const status = await generations.folder(generation).readStatus();
    const detail = sayHolds(backup.holds, status?.holds ?? null);
    await backups.noteVerified(backupId, { ok: true, detail });
    task.log(detail);
  } catch (error) {
    if (!task.signal.aborted && error instanceof LabError && isItsFault(error, isPutIn))
      await backups
        .noteVerified(backupId, { ok: false, detail: error.message })
        .catch((cause: unknown) => deps.logger.warn('a verdict was not kept', { backupId, cause }));
    await generations.tryDiscard(generation);
    throw error;
  }
  task.step('throw away');
  await generations.tryDiscard(generation);
}

/**
 * An engine that fails, a full disk or a container that somebody removed say nothing about a backup; what is known to
 * be bad is not kept for long. So only what is not whole, what the instance itself refuses to take, and data it took
 * and then does not understand, count.
 */
function isItsFault({ code, data: { details = {} } }: LabError, isPutIn: boolean): boolean {
  if (code === 'DAMAGED') return true;
  if (details.verb === 'restore') return isRefusal(details.stderr) && !ofTheMachine.has(code);
  // What an engine complains of has the command with it; what the instance itself says at its start has not.
  return isPutIn && code === 'CONFLICT' && details.argv === undefined;
}

/** Codes of refusals that are about this machine, at this moment. */
const ofTheMachine: ReadonlySet<string> = new Set(['DISK_FULL', 'TIMEOUT', 'INTERNAL', 'INTERRUPTED']);

/** Whether it ends with the answer of the control program, and not with an engine's words. */
function isRefusal(stderr: unknown): boolean {
  try {
    return refusal.safeParse(JSON.parse(String(stderr).trimEnd().split('\n').at(-1) ?? '')).success;
  } catch {
    return false;
  }
}

type Holds = { readonly jobs: number; readonly devices: number; readonly users: number };

/** Throws LabError DAMAGED where something is missing. */
function sayHolds(expected: Holds, found: Holds | null): string {
  if (!found) return 'It came up and answered.';
  for (const what of ['jobs', 'devices', 'users'] as const)
    if (found[what] < expected[what])
      fail('DAMAGED', `Only ${found[what]} of ${expected[what]} ${what} came back`, 'Make a new backup.');
  return `It came up with ${found.jobs} jobs, ${found.devices} devices and ${found.users} users.`;
}

async function scratchRecord(
  deps: WorkDeps,
  { key, source, include, image }: Pick<InstanceRecord, 'key' | 'source' | 'include' | 'image'>,
): Promise<InstanceRecord> {
  const taken = new Set(deps.store.list().map(({ port }) => port));
  return {
    key,
    name: `scratch-${key.slice(-4)}` as InstanceName,
    source,
    include,
    image,
    adminName: 'admin',
    memoryLimitBytes: null,
    lean: true,
    port:
      (await freePort(taken, deps.firstPort)) ??
      fail('CONFLICT', 'No port is free', 'Free one of 8100 to 8899.'),
    isPortFixed: false,
    autostart: false,
    backup: { everyHours: null, keep: 1, maxAgeDays: null },
    watch: null,
    createdAtMs: deps.clock.nowMs(),
    phase: 'installing',
    wanted: 'running',
    generation: 1,
    origin: null,
    taskId: null,
    problem: null,
  };
}
