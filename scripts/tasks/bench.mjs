import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exec } from '../base/exec.mjs';
import { root } from '../base/paths.mjs';
import { RunnerError } from '../base/runnerError.mjs';
import { together } from '../base/together.mjs';
import { buildStale } from '../setup/buildStale.mjs';
import { ensureDependencies } from '../setup/npmCi.mjs';
import { ensureSystemPackages } from '../setup/systemPackages.mjs';
import { desktopEnv } from './desktopEnv.mjs';

const timeoutMs = 40 * 60_000;

/**
 * `npm run bench [-- arguments]`: runs the bench (vite.bench.config.ts), bundled as the app itself is, with the same environment
 * as the end-to-end tests.
 * @param {string[]} args passed on
 */
export async function run(args) {
  await together(ensureSystemPackages('bench'), ensureDependencies(root));
  await buildStale(root);
  const { env, stop } = opensWindows(args) ? await desktopEnv() : { env: process.env, stop: () => {} };
  try {
    const { build } = await import('vite');
    await build({ root, configFile: join(root, 'vite.bench.config.ts'), logLevel: 'warn' });
    const argv = [process.execPath, '--enable-source-maps', join(root, 'dist', 'bench', 'main.js'), ...args];
    // Interrupted, the bench takes away what it made, which takes longer than the runner would wait by itself.
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => {});
    const { code } = await exec(argv, { cwd: root, env, timeoutMs, output: 'inherit' });
    if (code !== 0) throw new RunnerError(`the bench ended with exit code ${code}`);
  } finally {
    stop();
  }
}

/**
 * Instances need neither an Electron nor a display.
 * @param {string[]} args
 */
function opensWindows(args) {
  const { values } = parseArgs({
    args,
    options: { group: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  });
  return values.group !== 'instances';
}
