import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), 'defaultApp');

/**
 * Writes the small application an Electron runs when it is started with a folder or file to run:
 * Electron's own archive lacks it once the application it was shipped with is removed.
 * @param {string} archive the default_app.asar to write
 */
export async function writeDefaultApp(archive) {
  const { createPackage } = await import('@electron/asar');
  const folder = await mkdtemp(join(tmpdir(), 'labdeck-default-app-'));
  try {
    await cp(join(source, 'main.mjs'), join(folder, 'main.mjs'));
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'electron', main: 'main.mjs' }));
    await createPackage(folder, archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
