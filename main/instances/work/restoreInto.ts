import { fail } from '../../contract/index.ts';
import type { TaskHandle } from '../../tasks/index.ts';
import { readCredentials } from '../credentials.ts';
import { replace } from './replace.ts';
import { takeBackup } from './takeBackup.ts';
import type { WorkDeps } from './workDeps.ts';

/** Puts a backup in the place of what an instance holds, which is backed up first. */
export async function restoreInto(
  deps: WorkDeps,
  key: string,
  backupId: string,
  task: TaskHandle,
): Promise<void> {
  const record = deps.store.byKey(key) ?? fail('NOT_FOUND', 'That instance is gone');
  await deps.backups.check(deps.backups.get(backupId).file);
  await replace(deps, key, {
    change: {},
    data: async () => {
      const before = await takeBackup(deps, record, { why: 'before-restore', signal: task.signal });
      task.log(`what it held until now: ${before.file}`);
      return () => deps.backups.open(backupId);
    },
    // The backup may have another password than the one that is known here.
    admin: await readCredentials(deps.secrets, key),
    task,
  });
  await deps.backups.prune(key, record.backup);
}
