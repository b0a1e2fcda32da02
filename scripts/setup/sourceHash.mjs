import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Whether a file is part of what gets built; tests stand beside their source and are not.
 * @param {string} path
 */
export function isBuildInput(path) {
  return !/\.test\.(ts|tsx|mjs)$/.test(path);
}

/**
 * A hash over names and contents. Times do not count: a checkout or a copy changes them without reason.
 * @param {string} root
 * @param {string[]} inputs files and folders relative to `root`; missing ones count as empty
 * @returns {Promise<string>}
 */
export async function sourceHash(root, inputs) {
  const files = (await Promise.all(inputs.map((input) => filesOf(root, input))))
    .flat()
    .filter(isBuildInput)
    .sort();
  const contents = await Promise.all(files.map((file) => readFile(join(root, file))));
  const hash = createHash('sha256');
  for (const [i, file] of files.entries()) {
    const content = contents[i] ?? '';
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {Promise<string[]>} relative to `root`, with forward slashes
 */
async function filesOf(root, path) {
  const found = await stat(join(root, path)).catch(() => undefined);
  if (!found) return [];
  if (found.isFile()) return [path];
  const entries = await readdir(join(root, path), { withFileTypes: true });
  const nested = entries.map((entry) => {
    if (entry.isDirectory()) return filesOf(root, `${path}/${entry.name}`);
    return entry.isFile() ? [`${path}/${entry.name}`] : [];
  });
  return (await Promise.all(nested)).flat();
}
