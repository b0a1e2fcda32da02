import { createHash } from 'node:crypto';
import { exec, tailOf } from '../base/exec.mjs';
import { failedRecently, forgetFailure, rememberFailure } from '../base/memo.mjs';
import { note, withProgress } from '../base/progress.mjs';
import { missingWishes, parseCandidates, parseInstalled, planInstall } from './aptPlan.mjs';
import { packageSets } from './packageSets.mjs';

/** @typedef {import('./packageSets.mjs').PackageWish} PackageWish */

const queryTimeoutMs = 20_000;
const updateTimeoutMs = 3 * 60_000;
const installTimeoutMs = 20 * 60_000;
// A machine without a package mirror should not wait for apt at every start.
const retryAfterMs = 6 * 60 * 60_000;

/**
 * Installs what the set lacks, or says how to. Never throws for a missing package: what works, works.
 * `LABDECK_NO_APT=1` only looks and tells.
 * @param {keyof typeof packageSets} setName
 */
export async function ensureSystemPackages(setName) {
  if (process.platform !== 'linux') return;
  const wishes = packageSets[setName];
  const missing = await findMissing(wishes);
  if (missing === undefined) return noteOtherSystem(setName);
  if (missing.length === 0) return;
  const memo = `apt-${createHash('sha256').update(JSON.stringify(missing)).digest('hex').slice(0, 16)}`;
  const sudo = await privilege();
  if (sudo && !process.env.LABDECK_NO_APT && !(await failedRecently(memo, retryAfterMs))) {
    await withProgress('installing system packages', () => install(sudo, missing)).catch((error) =>
      note(error instanceof Error ? error.message : String(error)),
    );
    const still = (await findMissing(wishes)) ?? [];
    if (still.length === 0) return forgetFailure(memo);
    await rememberFailure(memo);
    return tell(still);
  }
  await tell(missing);
}

/**
 * The wishes not fulfilled, or undefined where there is no dpkg to ask.
 * @param {PackageWish[]} wishes
 */
async function findMissing(wishes) {
  const names = wishes.flatMap((wish) => wish.names);
  const format = '$' + '{Package} $' + '{db:Status-Status}\\n';
  // Exits with 1 when it never heard of a name, and still lists the others.
  const result = await exec(['dpkg-query', '-W', '-f', format, ...names], { timeoutMs: queryTimeoutMs });
  if (result.code === 127) return undefined;
  return missingWishes(wishes, parseInstalled(result.stdout));
}

/** The words before `apt-get` that make it root, or undefined when we can't be. @returns {Promise<string[] | undefined>} */
async function privilege() {
  if (process.getuid?.() === 0) return [];
  const result = await exec(['sudo', '-n', 'true'], { timeoutMs: queryTimeoutMs });
  return result.code === 0 ? ['sudo', '-n'] : undefined;
}

const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };

/** @param {PackageWish[]} wishes */
async function plan(wishes) {
  const names = wishes.flatMap((wish) => wish.names);
  const result = await exec(['apt-cache', 'policy', ...names], { env, timeoutMs: queryTimeoutMs });
  return planInstall(wishes, parseCandidates(result.stdout));
}

/**
 * @param {string[]} sudo
 * @param {PackageWish[]} missing
 */
async function install(sudo, missing) {
  const aptGet = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', 'apt-get'];
  const quick = [
    '-o',
    'Acquire::Retries=1',
    '-o',
    'Acquire::http::Timeout=20',
    '-o',
    'DPkg::Lock::Timeout=120',
  ];
  // Its exit code is no verdict: one third-party source that is down fails it, while the others are fine.
  await exec([...aptGet, ...quick, 'update'], { timeoutMs: updateTimeoutMs });
  const { install: names } = await plan(missing);
  if (names.length === 0) return;
  note(`apt-get install ${names.join(' ')}`);
  const result = await exec([...aptGet, ...quick, 'install', '-y', '--no-install-recommends', ...names], {
    timeoutMs: installTimeoutMs,
  });
  if (result.code !== 0) throw new Error(`apt-get install failed: ${tailOf(result)}`);
}

/** @param {PackageWish[]} missing */
async function tell(missing) {
  const { install: names, unavailable } = await plan(missing);
  const install = [...names, ...unavailable.map((wish) => wish.names.at(-1))].join(' ');
  note(
    `missing system packages; to install them:\n  sudo apt-get install --no-install-recommends ${install}`,
  );
  const purposes = new Set(missing.map((wish) => wish.onlyFor));
  if (!purposes.has(undefined)) note(`without them everything works but: ${[...purposes].join(', ')}`);
}

/** @param {keyof typeof packageSets} setName */
async function noteOtherSystem(setName) {
  if (await failedRecently('no-dpkg', retryAfterMs)) return;
  const names = packageSets[setName].map((wish) => wish.names.at(-1)).join(' ');
  note(`not a Debian or Ubuntu system; if something is missing, install what these packages hold: ${names}`);
  await rememberFailure('no-dpkg');
}
