import { createHash } from 'node:crypto';
import { cp, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Python leaves these behind when somebody runs a piece of the recipe by hand. */
const isRubbish = (name: string) => name === '__pycache__' || name.endsWith('.pyc');

/** SHA-256 over the names and contents of the recipe's files: another recipe makes another image. */
export async function hashRecipe(recipeDir: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of await filesIn(recipeDir, '')) {
    const content = await readFile(path.join(recipeDir, name));
    // The length keeps two files from being taken for one of another name.
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

export async function copyRecipe(recipeDir: string, to: string): Promise<void> {
  await cp(recipeDir, to, { recursive: true, filter: (name) => !isRubbish(path.basename(name)) });
}

async function filesIn(top: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(path.join(top, folder), { withFileTypes: true })) {
    if (isRubbish(entry.name)) continue;
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesIn(top, name)));
    else found.push(name);
  }
  return found.sort();
}

/** SHA-256 of what makes one image differ from another. */
export function identityOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
