import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from './paths.mjs';

// Remembers that something did not work, so that the next start does not wait for it again.

/** @param {string} key */
const fileOf = (key) => join(cacheDir(), 'failed', key);

/**
 * Whether `key` was remembered as failed less than `maxAgeMs` ago.
 * @param {string} key file-name safe
 * @param {number} maxAgeMs
 */
export async function failedRecently(key, maxAgeMs) {
  try {
    const atMs = Number(await readFile(fileOf(key), 'utf8'));
    const ageMs = Date.now() - atMs;
    return ageMs >= 0 && ageMs < maxAgeMs;
  } catch {
    return false;
  }
}

/** @param {string} key */
export async function rememberFailure(key) {
  await mkdir(join(cacheDir(), 'failed'), { recursive: true });
  await writeFile(fileOf(key), String(Date.now()));
}

/** @param {string} key */
export async function forgetFailure(key) {
  await rm(fileOf(key), { force: true });
}
