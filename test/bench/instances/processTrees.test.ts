import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endProcess } from '../processes.ts';
import {
  cpuSecondsOf,
  pidsRootedIn,
  pidsWithVariable,
  pssBytesOf,
  rootMount,
  treePids,
} from './processTrees.ts';

test('what a child used that has ended is counted, and so is one that runs', async () => {
  const busy = 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done';
  const child = spawn('sh', ['-c', `sh -c '${busy}'; echo done; sleep 60 & sleep 60; true`], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const pid = child.pid ?? 0;
  try {
    await once(child.stdout, 'data');
    // The shell itself only waited.
    expect(cpuSecondsOf([pid])).toBeGreaterThan(0.05);
    await expect.poll(() => treePids(pid).length).toBe(3);
    expect(pssBytesOf(treePids(pid))).toBeGreaterThan(pssBytesOf([pid]));
  } finally {
    process.kill(-pid, 'SIGTERM');
    await endProcess(child);
  }
  expect(cpuSecondsOf([pid])).toBe(0);
});

test('of several mounts on / the last is what is seen', () => {
  const mounts =
    '1 0 0:1 / / rw - ext4 /dev/a rw\n2 1 0:2 / /proc rw - proc proc rw\n3 1 0:3 / / rw - overlay o upperdir=/x/diff';
  expect(rootMount(mounts)).toContain('upperdir=/x/');
  expect(rootMount('')).toBe('');
  expect(rootMount(execFileSync('cat', ['/proc/self/mountinfo'], { encoding: 'utf8' }))).not.toBe('');
});

test('a process is known by a variable it was started with, also when others come and go', async () => {
  const child = spawn('sleep', ['60'], { env: { ...process.env, BENCH_OF: '/a/b' }, stdio: 'ignore' });
  // Nobody has asked for this one's end: it can be seen and not be looked into.
  const zombie = spawn('sh', ['-c', 'sleep 0 & exec sleep 60'], { stdio: 'ignore' });
  try {
    await expect.poll(() => pidsWithVariable('BENCH_OF', '/a/b')).toEqual([child.pid]);
    await expect.poll(() => treePids(zombie.pid ?? 0).length).toBe(2);
    expect(pidsWithVariable('BENCH_OF', '/a')).toEqual([]);
    expect(pidsRootedIn('/nowhere')).toEqual([]);
  } finally {
    await endProcess(zombie);
    await endProcess(child);
  }
});
