import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { LabError } from '../../contract/labError.ts';
import { startProgram } from './program.ts';

type Compression = 'none' | 'gzip' | 'xz' | 'bzip2' | 'zstd';

/** Longer than any archive of allowed size takes to read. */
const readMs = 30 * 60_000;
/** LZMA's largest preset wants 65 MiB; one made to fill the memory wants gigabytes. */
const memoryLimit: Partial<Record<Compression, readonly string[]>> = {
  xz: ['--memlimit-decompress=256MiB'],
  zstd: ['--memory=256MB', '--quiet'],
};

/** What a compressed file is, by its first bytes; names lie. */
export function compressionOf(head: Buffer): Compression {
  if (head.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) return 'gzip';
  if (head.subarray(0, 6).equals(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]))) return 'xz';
  if (/^BZh[1-9]/.test(head.toString('latin1'))) return 'bzip2';
  if (head.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))) return 'zstd';
  return 'none';
}

/**
 * Opens a file and takes its compression away: gzip here, xz, bzip2 and zstd by the system's programs. Whoever reads
 * it gets the failure: LabError MISSING_DEPENDENCY, DAMAGED (with `field`), TIMEOUT.
 */
export async function openDecompressed(
  file: string,
  options: { readonly field: string; readonly signal?: AbortSignal },
): Promise<Readable> {
  const compression = compressionOf(await firstBytes(file));
  const raw = createReadStream(file, { highWaterMark: 256 * 1024 });
  if (compression === 'none') return raw;
  const out = new PassThrough();
  const work = compression === 'gzip' ? byZlib(raw, out) : byProgram(compression, raw, out, options.signal);
  work.catch((error: unknown) => out.destroy(toLabError(error, compression, options.field)));
  return out;
}

/** `out` is left out of the pipeline, which would end it with zlib's own error. */
async function byZlib(raw: Readable, out: PassThrough): Promise<void> {
  const unzip = createGunzip();
  out.once('close', () => unzip.destroy());
  unzip.pipe(out, { end: false });
  await pipeline(raw, unzip);
  await finished(unzip, { writable: false });
  out.end();
}

async function byProgram(
  compression: Exclude<Compression, 'none' | 'gzip'>,
  raw: Readable,
  out: PassThrough,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stop = new AbortController();
  // Whoever reads may stop reading; then the program has nobody to write to.
  out.once('close', () => stop.abort(new Error('nobody reads it any more')));
  const argv = [compression, '-d', '-c', ...(memoryLimit[compression] ?? [])] as const;
  const { stdout, done } = await startProgram([...argv] as [string, ...string[]], {
    timeoutMs: readMs,
    stdin: raw,
    packageName: compression === 'xz' ? 'xz-utils' : compression,
    signal: signal ? AbortSignal.any([stop.signal, signal]) : stop.signal,
  });
  // Its end is passed on only when it ended well: what a failing program printed looks whole otherwise.
  stdout.pipe(out, { end: false });
  await done;
  out.end();
}

async function firstBytes(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function toLabError(error: unknown, compression: Compression, field: string): Error {
  if (error instanceof LabError && error.code !== 'COMMAND_FAILED') return error;
  const message = `The ${compression} archive is damaged`;
  return new LabError(
    'DAMAGED',
    message,
    { hint: 'Get it again: it is cut short or changed.', field },
    { cause: error },
  );
}
