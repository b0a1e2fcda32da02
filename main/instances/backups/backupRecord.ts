import path from 'node:path';
import { z } from 'zod';
import { JsonFile } from '../../base/jsonFile.ts';
import { type Backup, backup, type InstanceSource } from '../../contract/index.ts';
import type { BackupManifest } from './backupManifest.ts';
import { parseBackupName } from './backupName.ts';

const document = z.strictObject({
  version: z.literal(1),
  /** What the place and the name of the file say is taken from there: it may have been moved. */
  backup: backup.omit({ backupId: true, instanceKey: true, createdAtMs: true, why: true, file: true }),
});
type Recorded = z.infer<typeof document>['backup'];

export interface BackupPlace {
  readonly dir: string;
  readonly instanceKey: string;
  /** Without an ending. */
  readonly name: string;
}

export const fileOf = ({ dir, instanceKey, name }: BackupPlace) => path.join(dir, instanceKey, `${name}.tar`);

/** null: there is none, or it cannot be used (it is then set aside). Never rejects. */
export async function readRecord(place: BackupPlace): Promise<Backup | null> {
  const loaded = await recordFile(fileOf(place)).load();
  return loaded.found === 'value' ? withPlace(place, loaded.value.backup) : null;
}

/** Rejects with LabError as JsonFile does. */
export async function writeRecord(full: Backup): Promise<void> {
  const { backupId: _, instanceKey: _k, createdAtMs: _c, why: _w, file, ...recorded } = full;
  await recordFile(file).write({ version: 1, backup: recorded });
}

/** Harmless when there is none. */
export const removeRecord = (file: string) => recordFile(file).remove();

/** The record of a file whose content is known to be whole. `source`: null where nobody knows it any more. */
export function toRecord(
  place: BackupPlace,
  source: InstanceSource | null,
  read: { readonly manifest: BackupManifest; readonly sha256: string; readonly sizeBytes: number },
): Backup {
  const { instanceName, lavaVersion, holds } = read.manifest;
  const { sha256, sizeBytes } = read;
  const verified = null;
  return withPlace(place, { instanceName, version: lavaVersion, source, sizeBytes, sha256, holds, verified });
}

function withPlace(place: BackupPlace, recorded: Recorded): Backup {
  const { createdAtMs, why } = parseBackupName(place.name) ?? { createdAtMs: 0, why: 'imported' as const };
  const { instanceKey, name } = place;
  return {
    ...recorded,
    backupId: `${instanceKey}.${name}`,
    instanceKey,
    createdAtMs,
    why,
    file: fileOf(place),
  };
}

function recordFile(tar: string): JsonFile<z.infer<typeof document>> {
  return new JsonFile({ path: tar.replace(/\.tar$/, '.json'), schema: document, version: 1 });
}
