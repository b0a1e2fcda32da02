// Every npm script comes through here: `node scripts/run.mjs TASK [arguments]`. A bare clone has no node_modules,
// so this file, and whatever a task imports before ensureDependencies, uses Node alone.
import { followParent } from './base/followParent.mjs';
import { reportAndExit } from './base/reportAndExit.mjs';
import { RunnerError } from './base/runnerError.mjs';
import { requireNode } from './setup/nodeVersion.mjs';

/** @type {Record<string, () => Promise<{ run: (args: string[]) => Promise<void> }>>} */
const tasks = {
  start: () => import('./tasks/start.mjs'),
  build: () => import('./tasks/build.mjs'),
  check: () => import('./tasks/check.mjs'),
  test: () => import('./tasks/test.mjs'),
  bench: () => import('./tasks/bench.mjs'),
  package: () => import('./tasks/package.mjs'),
};

const [name = '', ...args] = process.argv.slice(2);
try {
  requireNode();
  followParent();
  const load = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (!load) {
    throw new RunnerError(`there is no task "${name}"`, `Tasks: ${Object.keys(tasks).join(', ')}.`);
  }
  await (await load()).run(args);
} catch (error) {
  reportAndExit(error);
}
