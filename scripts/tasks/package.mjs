import { readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { exec, tailOf } from '../base/exec.mjs';
import { root } from '../base/paths.mjs';
import { note, withProgress } from '../base/progress.mjs';
import { RunnerError } from '../base/runnerError.mjs';
import { together } from '../base/together.mjs';
import { buildStale } from '../setup/buildStale.mjs';
import { findElectron } from '../setup/electron.mjs';
import { ensureDependencies } from '../setup/npmCi.mjs';
import { findProgram } from '../setup/programs.mjs';
import { ensureSystemPackages } from '../setup/systemPackages.mjs';

const tarTimeoutMs = 10 * 60_000;

/**
 * `npm run package [-- --test-build] [--dir]`: the unpacked application in release/, then the packages this machine
 * can make of it. With `--dir` only the former. With `--test-build` from whatever Electron there is, and marked so.
 * @param {string[]} args
 */
export async function run(args) {
  const testBuild = args.includes('--test-build');
  const folder = await pack({ testBuild });
  if (args.includes('--dir')) return;
  if (!testBuild) {
    const { electronBuilder } = await import('../package/unpackedApp.mjs');
    const result = await withProgress('making packages', () => electronBuilder(root, []));
    if (result.code === 0) return note('made the packages in release/');
    note("electron-builder could not make all packages; making what this machine's own tools can");
  }
  if (process.platform === 'linux') await makeLinuxPackages(folder, testBuild);
}

/**
 * Makes the unpacked application in release/.
 * @param {{ testBuild: boolean }} options
 * @returns {Promise<string>} its folder
 */
export async function pack({ testBuild }) {
  await together(ensureDependencies(root), ensureSystemPackages('package'));
  await buildStale(root);
  const electron = await findElectron();
  if (electron.origin !== 'official' && !testBuild) {
    throw new RunnerError(
      `Electron ${electron.version} here is not the Electron project's own binary (${electron.origin}), and is not packaged`,
      'Package where the release host or a mirror (ELECTRON_MIRROR) can be reached, or make a marked build for tests: npm run package -- --test-build',
    );
  }
  const { makeUnpackedApp } = await import('../package/unpackedApp.mjs');
  const folder = await withProgress('packing the application', () =>
    makeUnpackedApp(root, electron, { testBuild }),
  );
  note(`made ${folder}`);
  return folder;
}

/** @param {string} folder @param {boolean} testBuild */
async function makeLinuxPackages(folder, testBuild) {
  const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const base = join(
    root,
    'release',
    `${name}-${version}-linux-${process.arch}${testBuild ? '-testbuild' : ''}`,
  );
  const made = [make(`${base}.tar.gz`, (target) => makeTar(folder, target))];
  if (await findProgram('dpkg-deb')) {
    const { makeDeb } = await import('../package/deb.mjs');
    const remark = testBuild ? 'TEST BUILD, for tests only.' : undefined;
    made.push(make(`${base}.deb`, (target) => makeDeb(root, folder, target, remark)));
  } else {
    note('no .deb: dpkg-deb is not installed');
  }
  await Promise.all(made);
}

/**
 * @param {string} target
 * @param {(target: string) => Promise<void>} work
 */
async function make(target, work) {
  await rm(target, { force: true });
  await withProgress(`making ${basename(target)}`, () => work(target));
  note(`made ${target} (${Math.round((await stat(target)).size / 1e6)} MB)`);
}

/** @param {string} folder @param {string} target */
async function makeTar(folder, target) {
  const inside = basename(target, '.tar.gz');
  const result = await exec(
    [
      'tar',
      ...['--owner=0', '--group=0', `--transform=flags=r;s,^\\.,${inside},`],
      ...['-czf', target, '-C', folder, '.'],
    ],
    { timeoutMs: tarTimeoutMs },
  );
  if (result.code !== 0) throw new RunnerError(`tar failed: ${tailOf(result)}`);
}
