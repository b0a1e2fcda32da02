import { readdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '../../base/errno.ts';
import type { Backup } from '../../contract/index.ts';
import { parseBackupName } from './backupName.ts';
import { partialEnding } from './backupReceiver.ts';
import { type BackupPlace, readRecord } from './backupRecord.ts';

interface Scanned {
  readonly backups: Backup[];
  /** Their record is lost or damaged: it is to be made anew from the file, which has to be read whole. */
  readonly unrecorded: BackupPlace[];
}

/**
 * What is in the backups' folder. Sweeps what a killed Labdeck was still receiving; leaves alone whatever else it
 * does not know. Rejects only when the folder itself cannot be read.
 */
export async function scanBackups(dir: string, nowMs: number): Promise<Scanned> {
  const backups: Backup[] = [];
  const unrecorded: BackupPlace[] = [];
  for (const instanceKey of await listFolder(dir)) {
    for (const entry of await listFolder(path.join(dir, instanceKey))) {
      if (entry.endsWith(`.tar${partialEnding}`))
        await unlink(path.join(dir, instanceKey, entry)).catch(() => {});
      if (!entry.endsWith('.tar')) continue;
      const place = { dir, instanceKey, name: entry.slice(0, -'.tar'.length) };
      if (!parseBackupName(place.name)) continue;
      const backup = await readRecord(place);
      if (backup) backups.push(await compareSize(backup, nowMs));
      else unrecorded.push(place);
    }
  }
  return { backups, unrecorded };
}

/** A file that was cut since shows without being read whole. */
async function compareSize(backup: Backup, nowMs: number): Promise<Backup> {
  const { size } = await stat(backup.file);
  if (size === backup.sizeBytes) return backup;
  const detail = `The file has ${size} bytes, and ${backup.sizeBytes} were written.`;
  return { ...backup, verified: { atMs: nowMs, ok: false, detail } };
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
