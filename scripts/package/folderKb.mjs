import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Size of all files below a folder.
 * @param {string} folder
 * @returns {Promise<number>} in KiB, each file rounded up
 */
export async function folderKb(folder) {
  let kb = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) kb += Math.ceil((await lstat(join(entry.parentPath, entry.name))).size / 1024);
  }
  return kb;
}
