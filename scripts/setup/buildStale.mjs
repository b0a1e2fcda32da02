import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exec, tailOf } from '../base/exec.mjs';
import { withLock } from '../base/lock.mjs';
import { withProgress } from '../base/progress.mjs';
import { RunnerError } from '../base/runnerError.mjs';
import { buildParts } from './buildParts.mjs';
import { sourceHash } from './sourceHash.mjs';

/** @typedef {import('./buildParts.mjs').BuildPart} BuildPart */

const timeoutMs = 5 * 60_000;

/**
 * Builds the parts whose sources changed since they were last built.
 * @param {string} root the checkout
 * @param {{ force?: boolean }} [options] `force` builds all
 */
export async function buildStale(root, options = {}) {
  const force = options.force === true;
  if (!force && (await staleParts(root)).length === 0) return;
  await withLock(join(root, 'dist', '.build.lock'), async () => {
    const stale = force ? await hashed(root) : await staleParts(root);
    await Promise.all(
      stale.map(({ part, hash }) => withProgress(`building ${part.name}`, () => build(root, part, hash))),
    );
  });
}

/** @param {string} root */
function hashed(root) {
  return Promise.all(buildParts.map(async (part) => ({ part, hash: await sourceHash(root, part.inputs) })));
}

/** @param {string} root */
async function staleParts(root) {
  const parts = await hashed(root);
  const built = await Promise.all(
    parts.map(({ part }) => readFile(stampOf(root, part), 'utf8').catch(() => '')),
  );
  return parts.filter(({ hash }, i) => built[i] !== hash);
}

/** @param {string} root @param {BuildPart} part */
const stampOf = (root, part) => join(root, 'dist', `.${part.name}.stamp`);

/** @param {string} root @param {BuildPart} part */
async function removeLeftovers(root, part) {
  const dist = join(root, 'dist');
  const leftovers = (await readdir(dist)).filter((name) => name.startsWith(`.making-${part.name}-`));
  for (const name of leftovers) await rm(join(dist, name), { recursive: true, force: true });
}

/**
 * Builds aside and swaps: a killed build leaves the old folder, or none, and no stamp; never half a folder.
 * @param {string} root
 * @param {BuildPart} part
 * @param {string} hash of the sources, taken before they are read by the build
 */
async function build(root, part, hash) {
  const target = join(root, 'dist', part.name);
  // A name of our own: the vite of a run that was killed may still be writing to its folder.
  const making = join(root, 'dist', `.making-${part.name}-${process.pid}`);
  const old = join(root, 'dist', `.old-${part.name}`);
  await removeLeftovers(root, part);
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const argv = [process.execPath, vite, 'build', '-c', part.config, '--outDir', making, '--logLevel', 'warn'];
  // Vitest sets NODE_ENV=test for what it starts; React's development build would be bundled.
  const env = { ...process.env, NODE_ENV: 'production' };
  const result = await exec(argv, { cwd: root, env, timeoutMs });
  if (result.code !== 0) throw new RunnerError(`building ${part.name} failed:\n${tailOf(result)}`);
  await rm(stampOf(root, part), { force: true });
  await rm(old, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await rename(target, old);
  await rename(making, target);
  await writeFile(stampOf(root, part), hash);
  await rm(old, { recursive: true, force: true });
}
