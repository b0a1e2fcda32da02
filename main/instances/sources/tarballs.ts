import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { errnoOf } from '../../base/errno.ts';
import { KeyedQueue } from '../../base/keyedQueue.ts';
import { fail, LabError } from '../../contract/labError.ts';
import { download } from './download.ts';

/** A tarball that is here. */
export interface Tarball {
  readonly file: string;
  /** As people gave it: `lava-2026.09.tar.gz`. */
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface TarballRun {
  readonly signal?: AbortSignal;
  /** Of a download, 0..1. */
  readonly onProgress?: (share: number) => void;
}

const field = 'source.location';
const maxBytes = 1024 ** 3;

const kept = z.strictObject({
  sha256: z.string(),
  sizeBytes: z.number(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
});

/** Tarballs by path or address; what was downloaded is kept, and fetched again only when the server has another. */
export class Tarballs {
  readonly #dir: string;
  readonly #queue = new KeyedQueue<string>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /**
   * Rejects with LabError BAD_REQUEST, TOO_LARGE, TIMEOUT, DAMAGED with the field `source.location`, and BAD_REQUEST
   * with `source.sha256` when it is not what it must be.
   */
  async get(location: string, sha256: string | null, run: TarballRun = {}): Promise<Tarball> {
    const tarball = location.startsWith('/')
      ? await fileHere(location, run)
      : await this.#queue.run(location, () => this.#fetch(location, sha256, run));
    if (sha256 !== null && tarball.sha256 !== sha256)
      fail(
        'BAD_REQUEST',
        `Its SHA-256 is ${tarball.sha256}, not the one given`,
        'Do not use it before you know why.',
        {
          field: 'source.sha256',
          details: { sha256: tarball.sha256 },
        },
      );
    return tarball;
  }

  /** Removes what a killed Labdeck left half written. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#dir).catch(() => []))
      if (name.endsWith('.partial')) await rm(path.join(this.#dir, name), { force: true });
  }

  async clear(): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #fetch(location: string, sha256: string | null, run: TarballRun): Promise<Tarball> {
    run.signal?.throwIfAborted();
    const base = path.join(this.#dir, createHash('sha256').update(location).digest('hex').slice(0, 24));
    const name = path.posix.basename(new URL(location).pathname);
    const here = await readKept(base);
    const file = `${base}.tar`;
    // Its content is what was asked for: no need to ask whether the address has another now.
    if (here && here.sha256 === sha256) return { file, name, sha256, sizeBytes: here.sizeBytes };
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const partial = `${base}-${randomBytes(4).toString('hex')}.partial`;
    const got = await download(location, partial, {
      maxBytes,
      field,
      ...(here ? { known: here } : {}),
      ...run,
    });
    if (!got) {
      if (here) return { file, name, sha256: here.sha256, sizeBytes: here.sizeBytes };
      return fail('BAD_REQUEST', 'The server says nothing changed, though nothing was here', undefined, {
        field,
      });
    }
    // The description goes first and comes last: one never describes another file.
    await rm(`${base}.json`, { force: true });
    await rename(partial, file);
    await writeFile(`${base}.json`, JSON.stringify(got), { mode: 0o600 });
    return { file, name, sha256: got.sha256, sizeBytes: got.sizeBytes };
  }
}

async function readKept(base: string): Promise<z.infer<typeof kept> | null> {
  try {
    const said = kept.parse(JSON.parse(await readFile(`${base}.json`, 'utf8')));
    return (await stat(`${base}.tar`)).size === said.sizeBytes ? said : null;
  } catch {
    return null;
  }
}

async function fileHere(file: string, run: TarballRun): Promise<Tarball> {
  try {
    const found = await stat(file);
    if (!found.isFile()) fail('BAD_REQUEST', `${file} is no file`, 'Give a tar archive.', { field });
    if (found.size > maxBytes)
      fail('TOO_LARGE', `${file} is larger than ${maxBytes / 1024 ** 2} MiB`, 'That is no LAVA source.', {
        field,
      });
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash, run.signal ? { signal: run.signal } : {});
    return { file, name: path.basename(file), sha256: hash.digest('hex'), sizeBytes: found.size };
  } catch (error) {
    run.signal?.throwIfAborted();
    if (error instanceof LabError) throw error;
    const why = errnoOf(error) === 'ENOENT' ? 'is not there' : 'cannot be read';
    return fail('BAD_REQUEST', `${file} ${why}`, 'Look at its path, and whether you may read it.', { field });
  }
}
