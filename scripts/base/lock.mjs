import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { note } from './progress.mjs';

const beatMs = 1000;
// A holder beats every second. One that has been silent this long is dead, even if another process
// (or one in another container that shares this folder) carries its pid by now.
const silentMs = 15_000;
const pollMs = 200;

/**
 * Runs `work` while holding `file`, so that two runs started at once do a thing one after the other.
 * A lock left behind by a killed run is taken over.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  await mkdir(dirname(file), { recursive: true });
  const token = `${process.pid} ${randomUUID()}`;
  let told = false;
  while (!(await tryTake(file, token))) {
    const abandoned = await abandonedToken(file);
    if (abandoned !== undefined) {
      await removeAbandoned(file, abandoned);
      continue;
    }
    if (!told) note('another run is setting things up; waiting for it');
    told = true;
    await sleep(pollMs);
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(file, { force: true });
  }
}

/** @param {string} file @param {string} token */
async function tryTake(file, token) {
  try {
    await writeFile(file, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * What a dead holder wrote into the lock, or undefined while its holder lives.
 * @param {string} file
 */
async function abandonedToken(file) {
  try {
    const holder = await readFile(file, 'utf8');
    const ageMs = Date.now() - (await stat(file)).mtimeMs;
    if (ageMs > silentMs) return holder;
    // A live holder beats well within this; only a silent one has its pid looked at.
    if (ageMs < 3 * beatMs) return undefined;
    const pid = Number.parseInt(holder, 10);
    return Number.isNaN(pid) || isAlive(pid) ? undefined : holder;
  } catch {
    return undefined; // released meanwhile
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Removes a dead holder's lock. Two waiters may judge the same lock dead at once, and the slower one would
 * remove the lock the faster has just taken: so move it aside, look, and put a living one back.
 * @param {string} file
 * @param {string} abandoned what was in the lock when it was judged
 */
async function removeAbandoned(file, abandoned) {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) !== abandoned) await link(aside, file);
  } catch {
    // The other waiter was faster.
  } finally {
    await rm(aside, { force: true });
  }
}
