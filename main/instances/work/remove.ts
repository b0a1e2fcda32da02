import type { TaskHandle } from '../../tasks/index.ts';
import { forgetCredentials } from '../credentials.ts';
import type { WorkDeps } from './workDeps.ts';

export const removeSteps = ['container and volume', 'what Labdeck knew'];

/**
 * Removes an instance and all of it but its backups, and the password of its admin with the last of them. May be begun
 * again after a crash.
 */
export async function remove(deps: WorkDeps, key: string, task: TaskHandle): Promise<void> {
  const { store, generations, observer, backups, secrets } = deps;
  const record = store.byKey(key);
  if (!record) return;
  task.step('container and volume');
  observer.unfollow(key);
  await generations.sweep(key, null);
  await generations.discard({ key, number: record.generation });
  task.step('what Labdeck knew');
  if (!backups.list().some(({ instanceKey }) => instanceKey === key)) await forgetCredentials(secrets, key);
  await store.remove(key);
}
