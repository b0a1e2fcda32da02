import { createHash, type Hash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** Changes with the name or the content of any file in `folders`. */
export async function filesHash(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of folders) await add(hash, folder, '');
  return hash.digest('hex');
}

async function add(hash: Hash, base: string, name: string): Promise<void> {
  const file = path.join(base, name);
  if (!(await stat(file)).isDirectory()) {
    const content = await readFile(file);
    hash.update(`${name}\0${content.length}\0`).update(content);
    return;
  }
  for (const child of (await readdir(file)).sort()) await add(hash, base, path.join(name, child));
}
