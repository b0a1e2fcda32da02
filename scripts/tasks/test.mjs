import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../base/paths.mjs';
import { note } from '../base/progress.mjs';
import { RunnerError } from '../base/runnerError.mjs';
import { together } from '../base/together.mjs';
import { buildStale } from '../setup/buildStale.mjs';
import { ensureDependencies } from '../setup/npmCi.mjs';
import { findChromium } from '../setup/programs.mjs';
import { ensureSystemPackages } from '../setup/systemPackages.mjs';
import { runChecks } from './check.mjs';
import { vitestArgv } from './checkSteps.mjs';
import { addCounts, countPlaywright, suiteTable, summaryLine } from './counts.mjs';
import { desktopEnv } from './desktopEnv.mjs';
import { runSuite } from './runSuite.mjs';

/** @typedef {import('./counts.mjs').SuiteResult} SuiteResult */

const reports = join(root, 'dist', '.reports');
const integrationTimeoutMs = 25 * 60_000;
const hardwareTimeoutMs = 30 * 60_000;
const instancesTimeoutMs = 40 * 60_000;
const e2eTimeoutMs = 36 * 60_000;

/** What `npm test -- NAME...` can run, in this order. @type {Record<string, () => Promise<SuiteResult[]>>} */
const parts = {
  check: () => runChecks(),
  unit: () => runChecks(['unit']),
  integration: runIntegration,
  hardware: runHardware,
  e2e: runE2e,
  instances: runInstances,
  packaged: runPackaged,
};
// Not the packaged app: packing it, and starting it a dozen times, costs a minute.
const everything = ['check', 'integration', 'hardware', 'e2e', 'instances'];

/**
 * `npm test [-- check|unit|integration|hardware|e2e|instances|packaged ...]`. The last line is the count of all real test results.
 * @param {string[]} args
 */
export async function run(args) {
  const unknown = args.filter((arg) => !Object.hasOwn(parts, arg));
  if (unknown.length > 0) {
    throw new RunnerError(
      `there are no tests "${unknown.join(', ')}"`,
      `Parts: ${Object.keys(parts).join(', ')}.`,
    );
  }
  await together(ensureSystemPackages('test'), ensureDependencies(root));
  await mkdir(reports, { recursive: true });
  /** @type {SuiteResult[]} */
  const results = [];
  for (const name of args.length > 0 ? args : everything) {
    results.push(...(await runPart(name)));
  }
  const total = addCounts(results.map(({ counts }) => counts));
  process.stdout.write(`\n${suiteTable(results)}\n\n${summaryLine(total)}\n`);
  if (total.failed > 0) process.exitCode = 1;
}

/**
 * A part that can't even start (the build fails, there is no Electron) is a failure beside the others' results.
 * @param {string} name
 * @returns {Promise<SuiteResult[]>}
 */
async function runPart(name) {
  const startMs = Date.now();
  try {
    return (await parts[name]?.()) ?? [];
  } catch (error) {
    const isOurs = error instanceof RunnerError;
    note(
      `${name}: ${isOurs ? [error.message, error.hint].filter(Boolean).join('\n') : /** @type {Error} */ (error).stack}`,
    );
    return [{ name, counts: { passed: 0, failed: 1, skipped: 0 }, ms: Date.now() - startMs }];
  }
}

async function runIntegration() {
  await buildStale(root);
  const report = join(reports, 'integration.json');
  const argv = vitestArgv(root, 'integration', report);
  return [await runSuite({ name: 'integration', argv, cwd: root, timeoutMs: integrationTimeoutMs, report })];
}

/** A real USB stack in an emulator: it makes the guest's image first, where there is none in the cache. */
async function runHardware() {
  await buildStale(root);
  const report = join(reports, 'hardware.json');
  const argv = vitestArgv(root, 'hardware', report);
  return [await runSuite({ name: 'hardware', argv, cwd: root, timeoutMs: hardwareTimeoutMs, report })];
}

/** Real podman, real LAVA: it builds their images first, so it takes minutes. */
async function runInstances() {
  await buildStale(root);
  const report = join(reports, 'instances.json');
  const argv = vitestArgv(root, 'instances', report);
  const chromium = await findChromium();
  // They log in to LAVA's own pages.
  const env = { ...process.env, ...(chromium ? { CHROMIUM_PATH: chromium } : {}) };
  return [await runSuite({ name: 'instances', argv, cwd: root, env, timeoutMs: instancesTimeoutMs, report })];
}

async function runE2e() {
  await buildStale(root);
  const { env, stop } = await desktopEnv();
  try {
    return [await runPlaywright('e2e', `e2e in Electron ${env.LABDECK_ELECTRON_VERSION}`, [], env)];
  } finally {
    stop();
  }
}

/** A test build of the packaged app, made and tried. */
async function runPackaged() {
  const [{ pack }, { packagedExecutable }] = await Promise.all([
    import('./package.mjs'),
    import('../package/unpackedApp.mjs'),
  ]);
  const executable = packagedExecutable(await pack({ testBuild: true }));
  const { env, stop } = await desktopEnv();
  try {
    const packaged = { ...env, LABDECK_PACKAGED_PATH: executable };
    return [await runPlaywright('packaged', 'the packaged app', ['packaged.spec.ts'], packaged)];
  } finally {
    stop();
  }
}

/**
 * @param {string} file name of the report
 * @param {string} name
 * @param {string[]} specs all when empty
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<SuiteResult>}
 */
async function runPlaywright(file, name, specs, env) {
  const report = join(reports, `${file}.json`);
  const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  const config = ['-c', 'test/e2e/playwright.config.ts', '--reporter=list,json'];
  return await runSuite({
    name,
    argv: [process.execPath, cli, 'test', ...specs, ...config],
    cwd: root,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    timeoutMs: e2eTimeoutMs,
    report,
    count: countPlaywright,
  });
}
