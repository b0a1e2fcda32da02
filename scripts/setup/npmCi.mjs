import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exec, tailOf } from '../base/exec.mjs';
import { withLock } from '../base/lock.mjs';
import { withProgress } from '../base/progress.mjs';
import { RunnerError } from '../base/runnerError.mjs';

const timeoutMs = 15 * 60_000;

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 */

/** @typedef {{ packages?: Record<string, LockedPackage> }} LockFile */

/**
 * Whether what npm recorded as installed covers the lock file. npm writes its record (`node_modules/.package-lock.json`)
 * last, so an interrupted install has none. Packages the lock file marks optional may be missing: they are
 * other platforms' binaries. Packages a developer added by hand do no harm.
 * @param {LockFile} wanted package-lock.json
 * @param {LockFile} installed node_modules/.package-lock.json
 */
export function isInstalled(wanted, installed) {
  for (const [path, want] of Object.entries(wanted.packages ?? {})) {
    if (path === '') continue;
    const have = installed.packages?.[path];
    if (!have) {
      if (want.optional || want.devOptional) continue;
      return false;
    }
    if (have.version !== want.version || have.integrity !== want.integrity) return false;
  }
  return true;
}

/**
 * Runs `npm ci` when the dependencies are missing, incomplete or not those of the lock file.
 * @param {string} root the checkout
 */
export async function ensureDependencies(root) {
  if (await upToDate(root)) return;
  await withLock(join(root, 'dist', '.npm.lock'), async () => {
    if (await upToDate(root)) return;
    await withProgress('installing npm packages', () => npmCi(root));
  });
}

/** @param {string} root */
async function upToDate(root) {
  try {
    /** @param {string} path @returns {Promise<LockFile>} */
    const read = async (path) => JSON.parse(await readFile(join(root, path), 'utf8'));
    const wanted = await read('package-lock.json');
    return isInstalled(wanted, await read('node_modules/.package-lock.json'));
  } catch {
    return false;
  }
}

/** @param {string} root */
async function npmCi(root) {
  // Gone first: an interrupted `npm ci` must not look complete.
  await rm(join(root, 'node_modules', '.package-lock.json'), { force: true });
  const result = await exec([...npmArgv(), 'ci', '--loglevel=error', '--no-fund', '--no-audit'], {
    cwd: root,
    timeoutMs,
  });
  if (result.code === 0) return;
  // npm explains its own usage at length.
  const complaint = tailOf(result, Number.POSITIVE_INFINITY).split('npm error Clean install a project')[0];
  throw new RunnerError(
    `npm ci failed (exit code ${result.code}${result.timedOut ? ', timed out' : ''}):\n${complaint}`,
    'If the npm registry could not be reached (npm ping), try again when it can.',
  );
}

/**
 * How to call npm: the one that runs us, as a script, so that no shell is needed for npm.cmd on Windows.
 * @returns {string[]}
 */
export function npmArgv() {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js') && cli.includes('npm')) return [process.execPath, cli];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}
