import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exec, tailOf } from '../base/exec.mjs';
import { RunnerError } from '../base/runnerError.mjs';
import { distFolder } from '../setup/electron.mjs';

/** @typedef {import('../setup/electron.mjs').FoundElectron} FoundElectron */

const timeoutMs = 20 * 60_000;

const testBuildText = `TEST-BUILD
This build of Labdeck is for tests only and must not be given to users.
Its Electron %ELECTRON% may not come from the Electron project, and its debugger can be attached.
`;

/**
 * Runs electron-builder with the configuration of electron-builder.yml.
 * @param {string} root
 * @param {string[]} args
 */
export async function electronBuilder(root, args) {
  const cli = join(root, 'node_modules', 'electron-builder', 'cli.js');
  return exec([process.execPath, cli, ...args, '--publish', 'never'], {
    cwd: root,
    timeoutMs,
    output: 'toStderr',
  });
}

/**
 * Makes the unpacked application in release/ for this machine's own system.
 * @param {string} root the checkout, built
 * @param {FoundElectron} electron
 * @param {{ testBuild: boolean }} options a test build lets Playwright attach, and says what it is
 * @returns {Promise<string>} its folder
 */
export async function makeUnpackedApp(root, electron, { testBuild }) {
  const release = join(root, 'release');
  for (const old of await unpackedFolders(release)) await rm(join(release, old), { recursive: true });
  const result = await electronBuilder(root, [
    '--dir',
    `-c.electronDist=${distFolder(electron.path)}`,
    `-c.electronVersion=${electron.version}`,
    `-c.electronFuses.enableNodeCliInspectArguments=${testBuild}`,
  ]);
  const [made] = await unpackedFolders(release);
  if (result.code !== 0 || !made) throw new RunnerError(`electron-builder failed: ${tailOf(result)}`);
  const folder = join(release, made);
  if (process.platform === 'linux') {
    // Serves an Electron that is started with an application of someone's choice; ours only ever starts its own.
    await rm(join(folder, 'resources', 'default_app.asar'), { force: true });
  }
  if (testBuild) await markTestBuild(folder, electron);
  return folder;
}

/**
 * The executable of an unpacked application.
 * @param {string} folder
 */
export function packagedExecutable(folder) {
  if (process.platform === 'darwin') return join(folder, 'Labdeck.app', 'Contents', 'MacOS', 'Labdeck');
  return join(folder, process.platform === 'win32' ? 'Labdeck.exe' : 'labdeck');
}

/** @param {string} release */
async function unpackedFolders(release) {
  await mkdir(release, { recursive: true });
  return (await readdir(release)).filter((name) => /(^|-)unpacked$|^mac(-|$)/.test(name));
}

/** @param {string} folder @param {FoundElectron} electron */
async function markTestBuild(folder, electron) {
  const text = testBuildText.replace('%ELECTRON%', `${electron.version} (${electron.origin})`);
  const resources =
    process.platform === 'darwin'
      ? join(folder, 'Labdeck.app', 'Contents', 'Resources')
      : join(folder, 'resources');
  await writeFile(join(resources, 'TEST-BUILD'), text);
}
