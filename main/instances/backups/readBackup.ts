import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { errnoOf, messageOf } from '../../base/errno.ts';
import { LabError } from '../../contract/labError.ts';
import type { ReceivedFile } from './backupReceiver.ts';
import { TarCheck } from './tarCheck.ts';

/**
 * Reads a backup from its first to its last byte. Rejects with LabError DAMAGED (`member` in its details: the one at
 * fault), UNSUPPORTED (of a newer Labdeck), NOT_FOUND, PERMISSION_DENIED, BAD_REQUEST (no file), or the signal's reason.
 */
export async function readBackup(file: string, signal?: AbortSignal): Promise<ReceivedFile> {
  const check = new TarCheck();
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of createReadStream(file, signal ? { signal } : {}) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      await check.write(chunk);
    }
    return { manifest: await check.end(), sha256: hash.digest('hex'), sizeBytes };
  } catch (error) {
    check.dispose();
    if (signal?.aborted) throw signal.reason;
    throw toReadError(error, file);
  }
}

export function toReadError(error: unknown, file: string): LabError {
  if (error instanceof LabError) return error;
  const errno = errnoOf(error);
  const options = { cause: error };
  if (errno === 'ENOENT')
    return new LabError(
      'NOT_FOUND',
      `There is no file ${file}`,
      { hint: 'It is looked for on the machine Labdeck runs on.' },
      options,
    );
  if (errno === 'EISDIR')
    return new LabError('BAD_REQUEST', `${file} is a folder`, { hint: 'Give the backup in it.' }, options);
  if (errno === 'EACCES' || errno === 'EPERM')
    return new LabError(
      'PERMISSION_DENIED',
      `${file} may not be read`,
      { hint: 'Give this user read access to it.' },
      options,
    );
  return new LabError('COMMAND_FAILED', `${file} could not be read: ${messageOf(error)}`, {}, options);
}
