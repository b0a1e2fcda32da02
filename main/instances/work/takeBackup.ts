import type { Backup } from '../../contract/index.ts';
import type { InstanceRecord } from '../instanceRecord.ts';
import type { WorkDeps } from './workDeps.ts';

interface BackupOptions {
  readonly why: Backup['why'];
  readonly signal: AbortSignal;
}

/**
 * Makes a backup of an instance as it stands: of a running one while it runs; one that stands still is started for it
 * with nothing but its database, and stopped again. Rejects with LabError DISK_FULL, DAMAGED (what came is not whole)
 * or what the engine says; then no backup is kept.
 */
export async function takeBackup(
  deps: WorkDeps,
  record: InstanceRecord,
  { why, signal }: BackupOptions,
): Promise<Backup> {
  const generation = { key: record.key, number: record.generation };
  if (await deps.generations.isRunning(generation)) return receive(deps, record, { why, signal });
  const made = await inMaintenance(deps, record, { why, signal }).catch(async (error: unknown) => {
    await deps.generations
      .stop(generation)
      .catch((cause: unknown) => deps.logger.warn('it goes on in maintenance', { name: record.name, cause }));
    throw error;
  });
  await deps.generations.stop(generation);
  await deps.observer.look();
  return made;
}

async function inMaintenance(
  deps: WorkDeps,
  record: InstanceRecord,
  { why, signal }: BackupOptions,
): Promise<Backup> {
  const generation = { key: record.key, number: record.generation };
  await deps.generations.start(record, generation, { start: 'maintenance', signal });
  await deps.generations.waitFor(generation, ({ state }) => state === 'maintenance', { signal });
  return receive(deps, record, { why, signal });
}

async function receive(
  deps: WorkDeps,
  record: InstanceRecord,
  { why, signal }: BackupOptions,
): Promise<Backup> {
  const control = await deps.generations.control({ key: record.key, number: record.generation });
  const { key, name, source } = record;
  const version = record.image?.version ?? null;
  const expectedBytes = deps.observer.get(key).status?.usage.diskBytes ?? undefined;
  const incoming = await deps.backups.receive({ key, name, version, source }, why, expectedBytes);
  try {
    await control.backup(incoming.writable, signal);
  } catch (error) {
    await incoming.abort();
    throw error;
  }
  return incoming.commit();
}
