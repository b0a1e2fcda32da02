import type { Readable } from 'node:stream';
import { fail, LabError } from '../../contract/index.ts';
import type { TaskHandle } from '../../tasks/index.ts';
import { freePort } from '../freePort.ts';
import type { InstanceControl } from '../instanceControl.ts';
import type { InstanceRecord } from '../instanceRecord.ts';
import type { InstanceStatus } from '../instanceStatus.ts';
import { urlOf } from '../instanceView.ts';
import type { Generation } from '../names.ts';
import type { WorkDeps } from './workDeps.ts';

/** How often another port is tried when somebody is faster. */
const portTries = 5;

/** The steps of `provision`, in order. */
export const provisionSteps = ['volume', 'database', 'admin', 'worker', 'health'] as const;

interface ProvisionOptions {
  readonly generation: Generation;
  /** Opens the backup its data come from; null: it begins empty. */
  readonly data: (() => Readable | Promise<Readable>) | null;
  /** Who may do everything; null: as its data have it. */
  readonly admin: { readonly username: string; readonly password: string } | null;
  readonly task: TaskHandle;
}

/**
 * From an image to an instance that is well and answers: volume, container, data, admin, all parts up. Resolves with
 * the record, whose port may have changed. What it made stays when it rejects: the caller discards the generation.
 */
export async function provision(
  deps: WorkDeps,
  record: InstanceRecord,
  { generation, data, admin, task }: ProvisionOptions,
): Promise<InstanceRecord> {
  const { generations } = deps;
  const { signal } = task;
  task.step('volume');
  await generations.makeVolume(record, generation);
  task.step('database');
  const started = await startSomewhere(deps, record, generation, {
    start: data ? 'restore' : 'normal',
    signal,
  });
  const control = await generations.control(generation);
  if (data) {
    await generations.waitFor(generation, ({ state }) => state === 'awaiting-restore', { signal });
    task.log('putting the data in');
    await putIn(control, await data(), signal);
  }
  await generations.waitFor(generation, ({ state }) => state === 'running', {
    signal,
    onStatus: sayOnce(task),
  });
  task.step('admin');
  if (admin) await control.setAdmin(admin.username, admin.password, signal);
  task.step('worker');
  await generations.waitUntilWell(generation, { signal });
  task.step('health');
  const version = await askVersion(urlOf(started.port), signal);
  task.log(`LAVA ${version} answers at ${urlOf(started.port)}`);
  return started;
}

async function putIn(control: InstanceControl, backup: Readable, signal: AbortSignal): Promise<void> {
  // It may fail before or after anybody reads it; whoever reads it says so.
  backup.on('error', () => {});
  try {
    await control.restore(backup, signal);
  } finally {
    backup.destroy();
  }
}

/** Into the task's log, what it does, when that changes. */
function sayOnce(task: TaskHandle): (status: InstanceStatus) => void {
  let said = '';
  return ({ state }) => {
    if (state !== said) task.log(`it is ${state}`);
    said = state;
  };
}

/** LAVA's own answer. Rejects with LabError COMMAND_FAILED. */
async function askVersion(url: string, signal: AbortSignal): Promise<string> {
  try {
    const answer = await fetch(new URL('api/v0.2/system/version/', url), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    });
    const body: unknown = await answer.json();
    if (answer.ok && typeof body === 'object' && body !== null && 'version' in body)
      return String(body.version);
    throw new Error(`it answered ${answer.status}`);
  } catch (cause) {
    signal.throwIfAborted();
    throw new LabError(
      'COMMAND_FAILED',
      `LAVA does not answer at ${url}`,
      { hint: 'All its parts are up, so something is between: a proxy or firewall on this machine?' },
      { cause },
    );
  }
}

/** On its port; where that was taken meanwhile and nobody asked for that number, on another. */
async function startSomewhere(
  deps: WorkDeps,
  record: InstanceRecord,
  generation: Generation,
  options: { start: 'normal' | 'restore'; signal: AbortSignal },
): Promise<InstanceRecord> {
  let trying = record;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await deps.generations.start(trying, generation, options);
      return trying;
    } catch (error) {
      const isTaken =
        error instanceof LabError && error.code === 'CONFLICT' && error.data.details?.port !== undefined;
      if (!isTaken || record.isPortFixed || attempt === portTries) throw error;
      const port = await anotherPort(deps, trying.port);
      // Only the port: the next generation of an instance, or a scratch one, is not what is on record.
      trying = { ...trying, port };
      if (deps.store.byKey(record.key)) await deps.store.update(record.key, { port });
    }
  }
}

async function anotherPort({ store, firstPort }: WorkDeps, not: number): Promise<number> {
  const taken = new Set([...store.list().map(({ port }) => port), not]);
  return (
    (await freePort(taken, firstPort)) ??
    fail('CONFLICT', 'No port is free', 'Stop what listens on ports 8100 to 8899.')
  );
}
