import { join } from 'node:path';
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
  const { env, stop } = await desktopEnv();
  try {
    const { build } = await import('vite');
    await build({ root, configFile: join(root, 'vite.bench.config.ts'), logLevel: 'warn' });
    const argv = [process.execPath, '--enable-source-maps', join(root, 'dist', 'bench', 'main.js'), ...args];
    const { code } = await exec(argv, { cwd: root, env, timeoutMs, output: 'inherit' });
    if (code !== 0) throw new RunnerError(`the bench ended with exit code ${code}`);
  } finally {
    stop();
  }
}
