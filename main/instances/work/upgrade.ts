import { fail, type InstanceSource, LabError } from '../../contract/index.ts';
import type { TaskHandle } from '../../tasks/index.ts';
import { imageOf } from './imageOf.ts';
import { replace, replaceSteps } from './replace.ts';
import { takeBackup } from './takeBackup.ts';
import type { WorkDeps } from './workDeps.ts';

export const upgradeSteps = ['engine check', 'base', 'image', ...replaceSteps];

/**
 * Builds the source as it is now and moves the instance there by way of a backup, which is its snapshot. Where the
 * image is the one it has, nothing is done. A LAVA older than its data is refused by what puts the backup in.
 */
export async function upgrade(
  deps: WorkDeps,
  key: string,
  source: InstanceSource,
  task: TaskHandle,
): Promise<void> {
  const record = deps.store.byKey(key) ?? fail('NOT_FOUND', 'That instance is gone');
  const image = await imageOf(
    deps,
    { source, include: record.include },
    { refresh: true, present: null, task },
  );
  if (image.imageId === record.image?.imageId) {
    await deps.store.update(key, { source });
    task.log(`It is up to date: ${image.resolved.title}`);
    return;
  }
  await replace(deps, key, {
    change: { image, source },
    data: async () => {
      const snapshot = await takeBackup(deps, record, { why: 'before-upgrade', signal: task.signal });
      task.log(`snapshot: ${snapshot.file}`);
      return () => deps.backups.open(snapshot.backupId);
    },
    admin: null,
    task,
  }).catch((error: unknown) => {
    throw withWayBack(deps, key, image.version, error);
  });
  await deps.backups.prune(key, record.backup);
}

/** Where an older LAVA was asked for, the backup that still fits it. */
function withWayBack({ backups }: WorkDeps, key: string, version: string | null, error: unknown): unknown {
  if (!(error instanceof LabError) || error.code !== 'CONFLICT' || error.data.details?.verb !== 'restore')
    return error;
  const fitting = backups.list().find((backup) => backup.instanceKey === key && backup.version === version);
  if (!fitting) return error;
  const made = new Date(fitting.createdAtMs).toISOString().slice(0, 16).replace('T', ' ');
  return new LabError(error.code, error.message, {
    ...error.data,
    hint: `Restore its backup of ${made} (${fitting.backupId}) as a new instance of that source. ${error.hint ?? ''}`,
  });
}
