import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { LabError } from '../../contract/labError.ts';
import type { BackupManifest } from './backupManifest.ts';
import { toDiskError } from './diskErrors.ts';
import { TarCheck } from './tarCheck.ts';

export const partialEnding = '.partial';

export interface ReceivedFile {
  readonly manifest: BackupManifest;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/**
 * One backup on its way to the disk: checked and summed up while it is written to `<file>.partial`. `writable` is
 * destroyed with the LabError as soon as something is wrong (DAMAGED, DISK_FULL ...), so its source stops too.
 */
export class BackupReceiver {
  readonly writable: Writable;
  readonly #file: string;
  readonly #partial: string;
  readonly #check = new TarCheck();
  readonly #hash = createHash('sha256');
  readonly #finished: Promise<void>;
  #handle: FileHandle | null = null;
  #sizeBytes = 0;
  #received: ReceivedFile | null = null;
  #isSettled = false;

  constructor(file: string) {
    this.#file = file;
    this.#partial = `${file}${partialEnding}`;
    const settle = (work: Promise<void>, done: (error?: Error | null) => void) =>
      work.then(
        () => done(),
        (error: unknown) => done(toDiskError(error, file)),
      );
    this.writable = new Writable({
      construct: (done) => void settle(this.#open(), done),
      write: (chunk: Buffer, _encoding, done) => void settle(this.#take(chunk), done),
      final: (done) => void settle(this.#finish(), done),
      destroy: (error, done) => void this.#release().then(() => done(error)),
    });
    this.#finished = finished(this.writable);
    // Asked for later, by commit; whoever feeds it may have left already.
    this.#finished.catch(() => {});
  }

  /** Resolves once the whole file is on the disk under its name; rejects with LabError, and then nothing is left. */
  async commit(): Promise<ReceivedFile> {
    if (!this.writable.writableEnded && !this.writable.destroyed) this.writable.end();
    try {
      await this.#finished;
    } catch (error) {
      throw toDiskError(error, this.#file);
    }
    const received = this.#received;
    if (this.#isSettled || !received) throw new LabError('CONFLICT', 'This backup was settled already');
    this.#isSettled = true;
    try {
      await rename(this.#partial, this.#file);
    } catch (error) {
      await unlink(this.#partial).catch(() => {});
      throw toDiskError(error, this.#file);
    }
    await syncFolder(path.dirname(this.#file));
    return received;
  }

  /** Gives it up; leaves nothing. Harmless after commit. */
  async abort(): Promise<void> {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.writable.destroy();
    await this.#finished.catch(() => {});
    await unlink(this.#partial).catch(() => {});
  }

  async #open(): Promise<void> {
    // 'wx': never into a file that is there already.
    this.#handle = await open(this.#partial, 'wx', 0o600);
  }

  async #take(chunk: Buffer): Promise<void> {
    this.#hash.update(chunk);
    this.#sizeBytes += chunk.length;
    await Promise.all([this.#handle?.writeFile(chunk), this.#check.write(chunk)]);
  }

  async #finish(): Promise<void> {
    const manifest = await this.#check.end();
    await this.#handle?.sync();
    this.#received = { manifest, sha256: this.#hash.digest('hex'), sizeBytes: this.#sizeBytes };
  }

  /** Runs after the end as well as after a failure, which leaves nothing: others wait for that space. */
  async #release(): Promise<void> {
    this.#check.dispose();
    await this.#handle?.close().catch(() => {});
    if (this.#handle && !this.#received) await unlink(this.#partial).catch(() => {});
  }
}

async function syncFolder(folder: string): Promise<void> {
  // A file system that cannot sync folders must not make the backup look failed.
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
