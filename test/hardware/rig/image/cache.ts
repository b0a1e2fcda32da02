import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** No build takes so long: what is left of it was killed. */
const abandonedMs = 2 * 60 * 60_000;

export interface CacheOptions {
  /** The first part of the folders' names. */
  readonly kind: string;
  /** All it is made of, as JSON can tell it. */
  readonly ingredients: unknown;
  /** Others of its kind that nobody used for so long are removed when a new one is made. */
  readonly unusedMs: number;
  readonly cacheDir?: string;
}

/**
 * A folder in the user's cache, named by all it is made of. Where it is missing `make` fills one aside, which takes
 * its place in one step: a build that is killed leaves nothing half, and of two at once one wins.
 */
export async function cachedFolder(
  { kind, ingredients, unusedMs, cacheDir = hardwareCacheDir() }: CacheOptions,
  make: (dir: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(ingredients)).digest('hex').slice(0, 20);
  const folder = path.join(cacheDir, `${kind}-${hash}`);
  if (existsSync(folder)) {
    const now = new Date();
    await utimes(folder, now, now);
    return folder;
  }
  await mkdir(cacheDir, { recursive: true });
  await removeOld(cacheDir, `${kind}-`, unusedMs);
  await removeOld(cacheDir, '.making-', abandonedMs);
  const making = await mkdtemp(path.join(cacheDir, '.making-'));
  try {
    await make(making);
    await rename(making, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return folder;
}

function hardwareCacheDir(): string {
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'labdeck', 'hardware');
}

async function removeOld(cacheDir: string, prefix: string, unusedMs: number): Promise<void> {
  for (const name of (await readdir(cacheDir)).filter((name) => name.startsWith(prefix))) {
    const folder = path.join(cacheDir, name);
    const usedAtMs = (await stat(folder).catch(() => null))?.mtimeMs ?? Date.now();
    if (Date.now() - usedAtMs > unusedMs) await rm(folder, { recursive: true, force: true });
  }
}
