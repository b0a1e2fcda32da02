import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * The first of these programs that is on PATH.
 * @param {...string} names
 * @returns {Promise<string | undefined>} its full path
 */
export async function findProgram(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      const found = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return path;
    }
  }
  return undefined;
}

/** A Chromium for tests in a browser. CHROMIUM_PATH overrides. */
export async function findChromium() {
  return process.env.CHROMIUM_PATH || (await findProgram('chromium', 'chromium-browser', 'google-chrome'));
}
