import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, messageOf } from '../../base/errno.ts';
import { KeyedQueue } from '../../base/keyedQueue.ts';
import type { Logger } from '../../base/logger.ts';
import { maxUploadBytes } from '../../contract/index.ts';
import { fail, LabError } from '../../contract/labError.ts';

/** An upload nobody has touched for so long is deleted. */
const keepForMs = 60 * 60 * 1_000;

interface Upload {
  readonly folder: string;
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
  receivedBytes: number;
  timer: NodeJS.Timeout;
}

export interface UploadsOptions {
  /** Emptied at start: nothing in it is worth keeping. */
  readonly dir: string;
  readonly logger: Logger;
}

/** Files on their way from a window or a script to a board. */
export class UploadsService {
  readonly #dir: string;
  readonly #logger: Logger;
  readonly #uploads = new Map<string, Upload>();
  readonly #queue = new KeyedQueue<string>();

  constructor({ dir, logger }: UploadsOptions) {
    this.#dir = dir;
    this.#logger = logger;
  }

  /** Deletes what an earlier run left behind. */
  async start(): Promise<void> {
    await this.#remove(this.#dir);
  }

  /** Rejects with LabError BAD_REQUEST (the name), TOO_LARGE, DISK_FULL. */
  async begin(name: string, sizeBytes: number): Promise<{ uploadId: string }> {
    if (sizeBytes > maxUploadBytes)
      fail('TOO_LARGE', `At most ${maxUploadBytes} bytes can be uploaded`, undefined, { field: 'sizeBytes' });
    const uploadId = randomBytes(16).toString('hex');
    // A folder of its own, so that the file keeps the name the board is to see.
    const folder = join(this.#dir, uploadId);
    const path = join(folder, checkedName(name));
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await (await open(path, 'wx', 0o600)).close();
    } catch (error) {
      await this.#remove(folder);
      throw toUploadError(error);
    }
    const timer = this.#expire(uploadId);
    this.#uploads.set(uploadId, { folder, path, name, sizeBytes, receivedBytes: 0, timer });
    return { uploadId };
  }

  /**
   * Adds the piece that begins at `offset`. One that is there already (an answer got lost) is taken again. Rejects
   * with LabError NOT_FOUND, BAD_REQUEST (a gap), TOO_LARGE (more than announced), DISK_FULL.
   */
  append(uploadId: string, offset: number, bytes: Uint8Array): Promise<{ receivedBytes: number }> {
    return this.#queue.run(uploadId, async () => {
      const upload = this.#get(uploadId);
      if (offset > upload.receivedBytes)
        fail('BAD_REQUEST', `The next byte is ${upload.receivedBytes}`, 'Send the pieces in order.', {
          field: 'offset',
          details: { receivedBytes: upload.receivedBytes },
        });
      if (offset + bytes.length > upload.sizeBytes)
        fail('TOO_LARGE', `${upload.name} was announced with ${upload.sizeBytes} bytes`, undefined, {
          field: 'base64',
        });
      await writeAt(upload.path, offset, bytes);
      upload.receivedBytes = Math.max(upload.receivedBytes, offset + bytes.length);
      clearTimeout(upload.timer);
      upload.timer = this.#expire(uploadId);
      return { receivedBytes: upload.receivedBytes };
    });
  }

  /** An upload that is there whole. Throws LabError NOT_FOUND, CONFLICT (pieces are missing). */
  finished(uploadId: string): { readonly path: string; readonly name: string } {
    const upload = this.#get(uploadId);
    if (upload.receivedBytes < upload.sizeBytes)
      fail(
        'CONFLICT',
        `${upload.name} is not there yet: ${upload.receivedBytes} of ${upload.sizeBytes} bytes`,
        'Append the rest first.',
      );
    return { path: upload.path, name: upload.name };
  }

  /** Deletes it; harmless when it is gone. */
  discard(uploadId: string): Promise<void> {
    return this.#queue.run(uploadId, async () => {
      const upload = this.#uploads.get(uploadId);
      if (!upload) return;
      this.#uploads.delete(uploadId);
      clearTimeout(upload.timer);
      await this.#remove(upload.folder);
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#uploads.keys()].map((uploadId) => this.discard(uploadId)));
    await this.#queue.close(new LabError('CONFLICT', 'Labdeck is closing'));
  }

  #get(uploadId: string): Upload {
    return (
      this.#uploads.get(uploadId) ??
      fail('NOT_FOUND', `There is no upload ${uploadId}`, 'It was sent, or is more than an hour old.')
    );
  }

  #expire(uploadId: string): NodeJS.Timeout {
    return setTimeout(() => void this.discard(uploadId), keepForMs).unref();
  }

  async #remove(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) =>
      this.#logger.warn('an upload stays behind', { folder, error }),
    );
  }
}

/** The name as it is; what could lead out of the folder is refused, not mended. */
function checkedName(name: string): string {
  if (name === '.' || name === '..' || /[/\\\0]/.test(name) || Buffer.byteLength(name) > 255)
    fail('BAD_REQUEST', `${JSON.stringify(name)} is no file name`, 'Give a name without a folder.', {
      field: 'name',
    });
  return name;
}

async function writeAt(path: string, offset: number, bytes: Uint8Array): Promise<void> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'r+');
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done);
      done += bytesWritten;
    }
  } catch (error) {
    throw toUploadError(error);
  } finally {
    await file?.close();
  }
}

function toUploadError(error: unknown): LabError {
  const errno = errnoOf(error);
  if (errno === 'ENOSPC' || errno === 'EDQUOT')
    return new LabError(
      'DISK_FULL',
      'No space left for the upload',
      { hint: 'Free some disk space.' },
      { cause: error },
    );
  if (error instanceof LabError) return error;
  return new LabError(
    'INTERNAL',
    `The upload could not be stored: ${messageOf(error)}`,
    {},
    { cause: error },
  );
}
