import { fail } from '../../contract/index.ts';
import { isClosing, type TaskHandle } from '../../tasks/index.ts';
import { type Credentials, keepCredentials, readCredentials } from '../credentials.ts';
import type { InstanceRecord } from '../instanceRecord.ts';
import { DataSource } from './dataSource.ts';
import { imageOf } from './imageOf.ts';
import { provision, provisionSteps } from './provision.ts';
import type { WorkDeps } from './workDeps.ts';

export const installSteps = ['engine check', 'base', 'image', ...provisionSteps];

/**
 * Installs what the record asks for, from wherever an earlier try ended: each step looks at what is there. When it
 * fails, no container, volume or folder of it is left; the image stays for the next try. So it is when Labdeck closes: the
 * next start goes on. What is cancelled is undone by who asked for it.
 */
export async function install(deps: WorkDeps, key: string, task: TaskHandle): Promise<void> {
  const { store, generations, observer } = deps;
  let record = store.byKey(key) ?? fail('NOT_FOUND', 'That instance is gone');
  const generation = { key, number: record.generation };
  const data = new DataSource(deps, record, task);
  try {
    const image = await imageOf(deps, record, { refresh: false, present: record.image, task });
    task.step('volume');
    await generations.sweep(key, null);
    record = await store.update(key, { image });
    const installed = await provision(deps, record, {
      generation,
      data: data.exists ? () => data.open() : null,
      admin: await adminOf(deps, record),
      task,
    });
    task.signal.throwIfAborted();
    await store.update(key, {
      phase: 'installed',
      port: installed.port,
      problem: null,
      origin: null,
    });
  } catch (error) {
    if (!task.signal.aborted || isClosing(task.signal)) await generations.tryDiscard(generation);
    throw error;
  } finally {
    await data.close();
  }
  observer.follow(key, generation.number, generations.folder(generation));
  await observer.look();
}

/** An empty instance gets the admin it was asked for; one with data has its own, whose password may be known here. */
async function adminOf(deps: WorkDeps, record: InstanceRecord): Promise<Credentials | null> {
  if (!record.origin) {
    const kept = await readCredentials(deps.secrets, record.key);
    return kept ?? fail('INTERNAL', 'the password of the admin was not kept');
  }
  const from = originKey(deps, record);
  const known = from === null ? null : await readCredentials(deps.secrets, from);
  if (known) await keepCredentials(deps.secrets, record.key, known);
  return known;
}

function originKey({ backups }: WorkDeps, { origin }: InstanceRecord): string | null {
  if (origin?.kind === 'clone') return origin.key;
  return origin?.kind === 'backup' ? backups.get(origin.backupId).instanceKey : null;
}
