import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Emitter } from '../base/emitter.ts';
import { silentLogger } from '../base/logger.ts';
import { LabError } from '../contract/index.ts';
import type { ContainerEngine, ContainerInfo, EngineEvent } from './engine/engine.ts';
import { type Happening, InstanceObserver } from './instanceObserver.ts';
import type { InstanceStatus } from './instanceStatus.ts';
import { RunFolder } from './runFolder.ts';

const key = '1aaaaaaaaaaa';
const part = { state: 'ok' as const, restarts: 0, detail: null };
const parts = { database: part, server: part, publisher: part, scheduler: part, worker: part };

let dir: string;
let observer: InstanceObserver;
let containers: ContainerInfo[];
let lists: number;
let watchers: Emitter<EngineEvent>;
let happened: Happening[];
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'labdeck-observer-'));
  lists = 0;
  happened = [];
  containers = [container('running')];
  watchers = new Emitter();
  observer = new InstanceObserver({ labId: () => 'lab', logger: silentLogger });
  observer.onDidHappen((one) => happened.push(one));
});
afterEach(() => {
  observer.close();
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

function container(state: ContainerInfo['state'], exitCode: number | null = null): ContainerInfo {
  const name = `labdeck-${key}-1`;
  return { containerId: 'c1', name, labels: {}, imageId: 'i', state, exitCode, startedAtMs: 1 };
}

function engine(): ContainerEngine {
  const some: Partial<ContainerEngine> = {
    containers: async () => {
      lists += 1;
      return containers;
    },
    watch: (_, listener) => watchers.event(listener),
  };
  return some as ContainerEngine;
}

function say(atMs: number, cpuSeconds: number, more: Partial<InstanceStatus> = {}): void {
  const status: InstanceStatus = {
    version: 1,
    state: 'running',
    problem: null,
    lavaVersion: '2026.09',
    bootId: 'boot',
    atMs,
    parts: { database: part, server: part, publisher: part, scheduler: part, worker: part },
    usage: { cpuSeconds, memoryBytes: 1, diskBytes: 1 },
    holds: null,
    ...more,
  };
  writeFileSync(path.join(dir, 'status.json'), JSON.stringify(status));
}

const follow = () => observer.follow(key, 1, new RunFolder(dir));
const seen = () => observer.get(key);
const waiting = { interval: 5, timeout: 5000 };
const event = { containerName: `labdeck-${key}-1`, labels: {}, what: 'died' } as const;

test('the share of a core is what was used between two words, by a clock that never steps', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
  say(1_000_000, 10);
  follow();
  await expect.poll(() => seen().status?.atMs, waiting).toBe(1_000_000);
  expect(seen().cpuPercent).toBeNull();
  now.mockReturnValue(6000);
  // The instance's clock was put back by an hour meanwhile.
  say(1_000_000 - 3_600_000, 10.5);
  await expect.poll(() => seen().cpuPercent, waiting).toBeCloseTo(10);
  now.mockReturnValue(11_000);
  say(2, 3, { bootId: 'another' });
  await expect.poll(() => seen().status?.bootId, waiting).toBe('another');
  expect(seen().cpuPercent).toBeNull();
});

test('one that runs and says nothing for 25 s is silent, until it speaks', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
  say(1, 1);
  observer.start(engine());
  follow();
  await observer.look();
  await expect.poll(() => seen().status?.atMs, waiting).toBe(1);
  now.mockReturnValue(20_000);
  // Touched, and the same: no word.
  say(1, 1);
  expect(seen().isSilent).toBe(false);
  now.mockReturnValue(27_000);
  say(1, 1);
  await expect.poll(() => seen().isSilent, waiting).toBe(true);
  say(2, 1);
  await expect.poll(() => seen().isSilent, waiting).toBe(false);
});

test('several events are one look; what died, and was removed, is told once', async () => {
  observer.start(engine());
  follow();
  await observer.look();
  const before = lists;
  containers = [container('stopped', 137)];
  for (let n = 0; n < 5; n += 1) watchers.fire(event);
  await expect.poll(() => happened, waiting).toEqual([{ what: 'container-died', key, exitCode: 137 }]);
  expect(lists).toBe(before + 1);
  await observer.look();
  expect(happened).toHaveLength(1);
  containers = [container('running')];
  await observer.look();
  containers = [];
  await observer.look();
  expect(happened.at(-1)).toEqual({ what: 'container-removed', key });
});

test('while the engine does not answer, what was seen last stays', async () => {
  const failing = { ...engine(), containers: () => Promise.reject(new LabError('TIMEOUT', 'it hangs')) };
  observer.start(engine());
  follow();
  await observer.look();
  observer.start(failing);
  await observer.look();
  expect(seen().container?.state).toBe('running');
  expect(happened).toEqual([]);
});

test('another engine takes the place of the one before; after close nothing is listened to', () => {
  observer.start(engine());
  observer.start(engine());
  expect(watchers.listenerCount).toBe(1);
  observer.close();
  expect(watchers.listenerCount).toBe(0);
  observer.start(engine());
  follow();
  expect(watchers.listenerCount).toBe(0);
  expect(seen().container).toBeUndefined();
});

test('half a status, or none that is understood, is as if none were there', async () => {
  say(1, 1);
  follow();
  await expect.poll(() => seen().status?.atMs, waiting).toBe(1);
  writeFileSync(path.join(dir, 'status.json'), '{"version":1,');
  await expect.poll(() => seen().status, waiting).toBeNull();
});

test('a part that is started again has crashed, unless somebody asked for it', async () => {
  observer.start(engine());
  observer.follow(key, 1, new RunFolder(dir));
  await observer.look();
  const restarted = (restarts: number) => ({
    parts: { ...parts, worker: { state: 'ok' as const, restarts, detail: 'killed' } },
  });
  say(1, 0, restarted(0));
  await expect.poll(() => observer.get(key).status?.atMs, { timeout: 5000 }).toBe(1);
  observer.expectRestart(key, 'worker');
  say(2, 0, restarted(1));
  await expect.poll(() => observer.get(key).status?.atMs, { timeout: 5000 }).toBe(2);
  expect(happened).toEqual([]);
  say(3, 0, restarted(2));
  await expect
    .poll(() => happened, { timeout: 5000 })
    .toMatchObject([{ what: 'part-restarted', part: 'worker' }]);
});
