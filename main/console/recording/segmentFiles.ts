import { mkdir, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../base/errno.ts';

/** One piece of a recording on disk: the bytes from `fromOffset` on, and their index beside them. */
export interface Segment {
  /** Of the raw bytes. */
  readonly path: string;
  readonly indexPath: string;
  readonly fromOffset: number;
  readonly bytes: number;
  /** Of the index, as far as it was looked at. */
  readonly indexBytes: number;
  /** When the last of its bytes was written, ms since the epoch. */
  readonly lastByteAtMs: number;
}

const namePattern = /^(\d{15})\.raw$/;

/** The names say where a segment begins, zero-padded, so that `cat *.raw` has them in order. */
export function segmentPaths(folder: string, fromOffset: number): { path: string; indexPath: string } {
  const base = join(folder, String(fromOffset).padStart(15, '0'));
  return { path: `${base}.raw`, indexPath: `${base}.idx` };
}

/** The segments of a recording, oldest first; none when the folder is not there. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  const starts = names.flatMap((name) => namePattern.exec(name)?.[1] ?? []).sort();
  return await Promise.all(
    starts.map(async (start) => {
      const fromOffset = Number(start);
      const paths = segmentPaths(folder, fromOffset);
      const [{ size, mtimeMs }, indexBytes] = await Promise.all([stat(paths.path), sizeOf(paths.indexPath)]);
      return { ...paths, fromOffset, bytes: size, indexBytes, lastByteAtMs: mtimeMs };
    }),
  );
}

/**
 * Moves a recording of the time before segments (`<folder>.raw` and `.idx`) into its folder, as the first
 * segment. The raw file goes last: killed in between, the next start finds it still there and goes on.
 */
export async function moveSingleFileIn(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!(await exists(`${folder}.raw`)) || (await listSegments(folder)).length > 0) return;
  const first = segmentPaths(folder, 0);
  if (await exists(`${folder}.idx`)) await rename(`${folder}.idx`, first.indexPath);
  await rename(`${folder}.raw`, first.path);
}

/** Indexes whose bytes were removed, and the removal was cut short. */
export async function removeLoneIndexes(folder: string): Promise<void> {
  const names = new Set(await readdir(folder));
  for (const name of names)
    if (/^\d{15}\.idx$/.test(name) && !names.has(name.replace(/idx$/, 'raw')))
      await unlink(join(folder, name));
}

/** Removes a segment's two files; harmless when they are gone. Rejects with the disk's error. */
export async function removeSegment(segment: Segment): Promise<void> {
  for (const path of [segment.path, segment.indexPath])
    await unlink(path).catch((error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw error;
    });
}

async function exists(path: string): Promise<boolean> {
  return (await sizeIfThere(path)) !== null;
}

async function sizeOf(path: string): Promise<number> {
  return (await sizeIfThere(path)) ?? 0;
}

async function sizeIfThere(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
