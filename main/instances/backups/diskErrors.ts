import { errnoOf, messageOf } from '../../base/errno.ts';
import { freeBytes } from '../../base/freeBytes.ts';
import { LabError } from '../../contract/labError.ts';

/** What stays free beside what is to be written: records, logs, other programs. */
const marginBytes = 16 * 1024 * 1024;
const hint = 'Free some disk space, or remove backups that are not needed any more.';

/** Rejects with LabError DISK_FULL, with figures, when `bytes` more will not fit into `folder`. */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free === null || free >= bytes + marginBytes) return;
  throw new LabError(
    'DISK_FULL',
    `A backup needs ${toMb(bytes)} MB in ${folder}, and ${toMb(free)} MB are free`,
    { hint, details: { neededBytes: bytes, freeBytes: free } },
  );
}

/** What a failed write into the backups' folder means to the user. */
export function toDiskError(error: unknown, file: string): LabError {
  if (error instanceof LabError) return error;
  const errno = errnoOf(error);
  const options = { cause: error };
  if (errno === 'ENOSPC' || errno === 'EDQUOT' || errno === 'EFBIG')
    return new LabError('DISK_FULL', `No space left to write ${file}`, { hint }, options);
  if (errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS')
    return new LabError(
      'PERMISSION_DENIED',
      `${file} may not be written`,
      { hint: 'Give this user write access to that folder.' },
      options,
    );
  return new LabError('COMMAND_FAILED', `${file} could not be written: ${messageOf(error)}`, {}, options);
}

const toMb = (bytes: number) => Math.ceil(bytes / 1_000_000);
