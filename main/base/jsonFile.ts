import { mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { LabError } from '../contract/labError.ts';
import { errnoOf, messageOf } from './errno.ts';
import { KeyedQueue } from './keyedQueue.ts';

export interface JsonFileOptions<T extends { readonly version: number }> {
  readonly path: string;
  /** Of the whole document. Let it be strict: a field it does not know would be lost at the next write. */
  readonly schema: z.ZodType<T>;
  /** The format this program writes; a document with a higher number is "newer", not "damaged". */
  readonly version: number;
  readonly nowMs?: () => number;
}

/** What `load` found. `keptAs` is the file's new name beside the old one; null: it could not be moved. */
export type Loaded<T> =
  | { readonly found: 'nothing' }
  | { readonly found: 'value'; readonly value: T }
  | {
      readonly found: 'damaged' | 'newer' | 'unreadable';
      readonly keptAs: string | null;
      readonly detail: string;
    };

/**
 * One small JSON document: checked when read, replaced as a whole when written, never overwritten when it
 * could not be understood.
 *
 * Not `conf`, though it is what electron-store uses, for three reasons read in its sources and in those of
 * `atomically` under it: it writes and fsyncs synchronously, in the thread that reads the UARTs; it answers a
 * damaged file by throwing or by starting empty on top of it, never by keeping it; and importing it hooks SIGTERM
 * and raises it a second time (`when-exit`), which would end the host in the middle of its own orderly stop.
 */
export class JsonFile<T extends { readonly version: number }> {
  readonly #options: JsonFileOptions<T>;
  readonly #writes = new KeyedQueue<'file'>();
  #blocked: LabError | null = null;

  constructor(options: JsonFileOptions<T>) {
    this.#options = options;
  }

  get name(): string {
    return path.basename(this.#options.path);
  }

  /**
   * Reads the document. One that is no JSON, fails the schema or is of a newer version is renamed to
   * `<name>.damaged-<UTC time>.json` (`.newer-` for the latter). Does not reject: where the file can neither be
   * read nor moved it stays, and every later `write` rejects rather than replace it.
   */
  async load(): Promise<Loaded<T>> {
    let text: string;
    try {
      text = await readFile(this.#options.path, 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return { found: 'nothing' };
      return this.#block('unreadable', messageOf(error));
    }
    const read = this.#parse(text);
    if (read.found === 'value') return read;
    return this.#setAside(read.found, read.detail);
  }

  /**
   * Replaces the document; resolves once it is on the disk. Writes follow one another in call order. Rejects with
   * LabError DISK_FULL, PERMISSION_DENIED or COMMAND_FAILED, and then the old document is still whole.
   */
  write(value: T): Promise<void> {
    return this.#writes.run('file', async () => {
      if (this.#blocked) throw this.#blocked;
      // Writing what could not be read back would be noticed only at the next start, when it is too late.
      const text = `${JSON.stringify(this.#options.schema.parse(value), null, 2)}\n`;
      try {
        await replaceFile(this.#options.path, text);
      } catch (error) {
        throw toWriteError(error, this.#options.path);
      }
    });
  }

  /** Removes the document; harmless when there is none. Works on a full disk. */
  remove(): Promise<void> {
    return this.#writes.run('file', async () => {
      if (this.#blocked) throw this.#blocked;
      await unlink(this.#options.path).catch((error: unknown) => {
        if (errnoOf(error) !== 'ENOENT') throw toWriteError(error, this.#options.path);
      });
    });
  }

  #parse(text: string): { found: 'value'; value: T } | { found: 'damaged' | 'newer'; detail: string } {
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch (error) {
      return { found: 'damaged', detail: messageOf(error) };
    }
    const version = versionOf(document);
    if (version !== null && version > this.#options.version)
      return { found: 'newer', detail: `format version ${version}, known up to ${this.#options.version}` };
    const checked = this.#options.schema.safeParse(document);
    if (checked.success) return { found: 'value', value: checked.data };
    const issue = checked.error.issues[0];
    return {
      found: 'damaged',
      detail: `${issue?.path.join('.') || 'document'}: ${issue?.message ?? 'invalid'}`,
    };
  }

  async #setAside(found: 'damaged' | 'newer', detail: string): Promise<Loaded<T>> {
    const { dir, name, ext } = path.parse(this.#options.path);
    const at = new Date(this.#options.nowMs?.() ?? Date.now()).toISOString().replace(/[:.]/g, '-');
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const keptAs = `${name}.${found}-${at}${attempt === 0 ? '' : `-${attempt}`}${ext}`;
      const target = path.join(dir, keptAs);
      // rename would silently replace an earlier file of that name: the very loss this is about.
      if (await exists(target)) continue;
      try {
        await rename(this.#options.path, target);
        return { found, keptAs, detail };
      } catch (error) {
        return this.#block(found, `${detail}; and it could not be moved: ${messageOf(error)}`);
      }
    }
    return this.#block(found, `${detail}; and no free name was left to move it to`);
  }

  #block(found: 'damaged' | 'newer' | 'unreadable', detail: string): Loaded<T> {
    this.#blocked = new LabError('CONFLICT', `${this.#options.path} is kept as it is: ${detail}`, {
      hint: 'Move that file away or make it readable, then start Labdeck again.',
    });
    return { found, keptAs: null, detail };
  }
}

/** All or nothing, also across a power cut: write beside it, fsync, rename over it, fsync the folder. */
async function replaceFile(file: string, text: string): Promise<void> {
  const folder = path.dirname(file);
  const beside = `${file}.tmp-${process.pid}`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const handle = await open(beside, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await unlink(beside).catch(() => {});
    throw error;
  }
  // The new document is in place: a file system that cannot sync folders must not make this look failed.
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** What to tell the user about a file that was not used: fits NoticesService.post. Null when all is well. */
export function noticeOf(
  what: string,
  file: { readonly name: string },
  loaded: Loaded<unknown>,
): { severity: 'warning' | 'error'; title: string; text: string } | null {
  if (loaded.found === 'nothing' || loaded.found === 'value') return null;
  if (loaded.keptAs === null)
    return {
      severity: 'error',
      title: `${what} cannot be saved`,
      text: `${file.name} could not be used (${loaded.detail}). It is left untouched, so nothing will be saved until it is mended or moved away.`,
    };
  const why =
    loaded.found === 'newer'
      ? `${file.name} was written by a newer Labdeck (${loaded.detail}). It is kept as ${loaded.keptAs}: update Labdeck, quit it, and put that file back in place of the one begun now.`
      : `${file.name} was damaged (${loaded.detail}). It is kept as ${loaded.keptAs}.`;
  return { severity: 'warning', title: `${what} could not be read`, text: `${why} Labdeck started afresh.` };
}

function toWriteError(error: unknown, file: string): LabError {
  const errno = errnoOf(error);
  const options = { cause: error };
  if (errno === 'ENOSPC' || errno === 'EDQUOT')
    return new LabError(
      'DISK_FULL',
      `No space left to write ${file}; nothing was changed`,
      { hint: 'Free some disk space, then try again.' },
      options,
    );
  if (errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS')
    return new LabError(
      'PERMISSION_DENIED',
      `${file} may not be written; nothing was changed`,
      { hint: `Give this user write access to ${path.dirname(file)}.` },
      options,
    );
  return new LabError('COMMAND_FAILED', `${file} could not be written: ${messageOf(error)}`, {}, options);
}

function versionOf(document: unknown): number | null {
  if (typeof document !== 'object' || document === null || !('version' in document)) return null;
  return typeof document.version === 'number' ? document.version : null;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error: unknown) => errnoOf(error) !== 'ENOENT',
  );
}
