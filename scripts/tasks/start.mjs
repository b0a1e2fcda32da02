import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../base/paths.mjs';
import { note } from '../base/progress.mjs';
import { together } from '../base/together.mjs';
import { buildStale } from '../setup/buildStale.mjs';
import { findElectron } from '../setup/electron.mjs';
import { ensureDependencies } from '../setup/npmCi.mjs';
import { noteSandbox } from '../setup/sandbox.mjs';
import { ensureSystemPackages } from '../setup/systemPackages.mjs';
import { runElectron } from './runElectron.mjs';

/**
 * `npm start [-- arguments]`: the desktop app; the headless host with `--headless` or where there is no display; with
 * `--doctor` a look at this machine, which installs nothing.
 * @param {string[]} args passed on
 */
export async function run(args) {
  if (args.includes('--doctor')) {
    await prepareCode();
    await startDoctor(args);
    return;
  }
  const headless = args.includes('--headless') || !hasDisplay();
  await together(prepareCode(), ensureSystemPackages(headless ? 'headless' : 'desktop'));
  if (headless) {
    await startHeadless(args);
  } else {
    const electron = await findElectron();
    await noteSandbox(electron.path);
    process.exitCode = await runElectron(electron.path, args);
  }
}

async function prepareCode() {
  await ensureDependencies(root);
  await buildStale(root);
}

function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** @param {string[]} args */
async function startDoctor(args) {
  process.setSourceMapsEnabled(true);
  const { runDoctor } = await import(pathToFileURL(join(root, 'dist', 'main', 'doctor.js')).href);
  await runDoctor(args);
}

/**
 * In this very process, so that the pid the host prints, and the signals it gets, are its own.
 * @param {string[]} args
 */
async function startHeadless(args) {
  if (!args.includes('--headless')) note('no display here: starting the headless host');
  process.setSourceMapsEnabled(true);
  const { runHeadless } = await import(pathToFileURL(join(root, 'dist', 'main', 'headless.js')).href);
  await runHeadless(args);
}
