import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from './lock.mjs';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labdeck-lock-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('work under one lock never overlaps, and the lock is gone afterwards', async () => {
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await sleep(20);
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withLock(join(folder, 'lock'), work)));
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('the lock of a run that was killed is taken over', async () => {
  const lock = join(folder, 'lock');
  // No process has this pid: it is above the kernel's limit.
  await writeFile(lock, '4194999 killed');
  const longAgo = new Date(Date.now() - 5000);
  await utimes(lock, longAgo, longAgo);
  expect(await withLock(lock, async () => 'done')).toBe('done');
});
