import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exec, tailOf } from '../base/exec.mjs';
import { withLock } from '../base/lock.mjs';
import { failedRecently, forgetFailure, rememberFailure } from '../base/memo.mjs';
import { cacheDir } from '../base/paths.mjs';
import { note, withProgress } from '../base/progress.mjs';

const releases = 'https://github.com/electron/electron/releases/download/';
const probeTimeoutMs = 3000;
const downloadTimeoutMs = 10 * 60_000;
// A closed network stays closed for a while: don't let every start wait for the probe.
const retryAfterMs = 24 * 60 * 60_000;

/**
 * The `electron` package's own binary, if it has been downloaded.
 * @param {string} root the checkout
 */
export async function officialElectron(root) {
  const folder = join(root, 'node_modules', 'electron');
  try {
    const version = await packageVersion(root);
    const path = join(folder, 'dist', await readFile(join(folder, 'path.txt'), 'utf8'));
    const unpacked = (await readFile(join(folder, 'dist', 'version'), 'utf8')).trim().replace(/^v/, '');
    await access(path);
    return unpacked === version ? { path, version } : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} root @returns {Promise<string>} */
async function packageVersion(root) {
  const text = await readFile(join(root, 'node_modules', 'electron', 'package.json'), 'utf8');
  return JSON.parse(text).version;
}

/**
 * Lets the `electron` package download its binary; undefined when its host can't be reached.
 * Mirrors are honoured as the package does (`ELECTRON_MIRROR`, npm's `electron_mirror`).
 * @param {string} root the checkout
 */
export async function installOfficial(root) {
  const version = await packageVersion(root);
  const base = process.env.npm_config_electron_mirror || process.env.ELECTRON_MIRROR || releases;
  const memo = `electron-${version}-${base.replaceAll(/[^a-z0-9]+/gi, '-')}`;
  if (await failedRecently(memo, retryAfterMs)) return undefined;
  if (!(await answers(`${base}v${version}/SHASUMS256.txt`))) {
    await rememberFailure(memo);
    return undefined;
  }
  return withLock(join(cacheDir(), 'electron-official.lock'), async () => {
    const found = await officialElectron(root);
    if (found) return found;
    const result = await withProgress(`downloading Electron ${version}`, () =>
      exec([process.execPath, join(root, 'node_modules', 'electron', 'install.js')], {
        cwd: root,
        timeoutMs: downloadTimeoutMs,
      }),
    );
    const installed = result.code === 0 ? await officialElectron(root) : undefined;
    if (installed) {
      await forgetFailure(memo);
    } else {
      note(`Electron ${version} could not be downloaded: ${tailOf(result)}`);
      await rememberFailure(memo);
    }
    return installed;
  });
}

/**
 * Any answer but a server error will do: whether the file is there is the download's business.
 * @param {string} url
 */
async function answers(url) {
  try {
    const response = await fetch(url, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(probeTimeoutMs),
    });
    return response.status < 500;
  } catch {
    return false;
  }
}
