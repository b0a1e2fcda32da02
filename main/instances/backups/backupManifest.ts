import { z } from 'zod';

/**
 * What a backup is: a tar of `manifest.json`, `database.dump`, `files.tar.zst` and, last, `checksums.json`. It is
 * written by `labctl backup` in the instance's container; what that adds later is let through.
 */
export const backupFormat = 1;

export const backupManifest = z.object({
  format: z.literal(backupFormat),
  lavaVersion: z.string().nullable(),
  postgresMajor: z.int(),
  /** By Django app: what the database's schema is. */
  migrations: z.record(z.string(), z.array(z.string())),
  instanceName: z.string(),
  /** Up to the year 9999: it becomes part of a file name. */
  createdAtMs: z.int().min(0).max(253_402_300_799_999),
  holds: z.object({ jobs: z.int(), devices: z.int(), users: z.int() }),
});
export type BackupManifest = z.infer<typeof backupManifest>;

/** Of every member before it. */
export const backupChecksums = z.record(z.string(), z.object({ sha256: z.string(), bytes: z.int() }));

export const manifestMember = 'manifest.json';
export const checksumsMember = 'checksums.json';
/** What must be there beside those two. */
export const dataMembers = ['database.dump', 'files.tar.zst'] as const;
/** manifest.json and checksums.json are read into memory. */
export const maxJsonBytes = 4 * 1024 * 1024;
