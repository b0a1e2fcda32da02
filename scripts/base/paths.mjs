import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's top folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Our folder in the user's cache, not yet created.
 * A bare container may have no HOME and no passwd entry, where `homedir()` throws: the temp folder serves then.
 * @returns {string}
 */
export function cacheDir() {
  const base = process.env.XDG_CACHE_HOME;
  if (base) return join(base, 'labdeck');
  try {
    return join(homedir(), '.cache', 'labdeck');
  } catch {
    return join(tmpdir(), 'labdeck-cache');
  }
}
