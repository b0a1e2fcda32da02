import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { begun, engineErrors, labErrors } from './errors.ts';
import { timestampMs } from './ids.ts';
import { instanceSource } from './instanceSources.ts';

const { NOT_FOUND, CONFLICT, DAMAGED } = labErrors;

export const backup = z.object({
  backupId: z.string(),
  /** Of the instance it was made of; it may be gone. */
  instanceKey: z.string(),
  instanceName: z.string(),
  version: z.string().nullable(),
  /** What the instance was made from; null: made elsewhere, nobody knows. */
  source: instanceSource.nullable(),
  createdAtMs: timestampMs,
  sizeBytes: z.number(),
  sha256: z.string(),
  why: z.enum(['by-hand', 'scheduled', 'before-upgrade', 'before-restore', 'imported']),
  holds: z.object({ jobs: z.int(), devices: z.int(), users: z.int() }),
  /** When it was last restored into a scratch instance, and how that went. */
  verified: z.object({ atMs: timestampMs, ok: z.boolean(), detail: z.string() }).nullable(),
  /** Absolute path of the file. */
  file: z.string(),
});
export type Backup = z.infer<typeof backup>;

const byBackup = z.strictObject({ backupId: z.string().max(128) });

export const backupsContract = {
  list: oc
    .route({ method: 'GET', path: '/backups', summary: 'All backups, also of instances that are gone' })
    .output(z.array(backup)),
  remove: oc
    .route({ method: 'DELETE', path: '/backups/{backupId}', successStatus: 204, summary: 'Delete a backup' })
    .errors({ NOT_FOUND, CONFLICT })
    .input(byBackup)
    .output(z.void()),
  verify: oc
    .route({
      method: 'POST',
      path: '/backups/{backupId}/verify',
      successStatus: 202,
      summary: 'Restore it into a scratch instance, look, and throw that away',
    })
    .errors({ NOT_FOUND, CONFLICT, DAMAGED, ...engineErrors })
    .input(byBackup)
    .output(begun),
  changes: oc
    .route({ method: 'GET', path: '/events/backups', summary: 'Backups, now and at each change (events)' })
    .output(eventIterator(z.array(backup))),
};
