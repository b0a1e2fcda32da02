import { describe, expect, test } from 'vitest';
import type { ContainerInfo } from './engine/engine.ts';
import type { InstanceRecord } from './instanceRecord.ts';
import type { InstanceStatus } from './instanceStatus.ts';
import { type Observation, toInstance, unseen } from './instanceView.ts';

const part = { state: 'ok' as const, restarts: 0, detail: null };
const status: InstanceStatus = {
  version: 1,
  state: 'running',
  problem: null,
  lavaVersion: '2026.10',
  bootId: 'a',
  atMs: 1,
  parts: { database: part, server: part, publisher: part, scheduler: part, worker: part },
  usage: { cpuSeconds: 1, memoryBytes: 300e6, diskBytes: 60e6 },
  holds: { jobs: 2, devices: 1, users: 1 },
};
const container: ContainerInfo = {
  containerId: 'c1',
  name: 'labdeck-1aaaaaaaaaaa-1',
  labels: {},
  imageId: 'i1',
  state: 'running',
  exitCode: null,
  startedAtMs: 1,
};
const record = {
  key: '1aaaaaaaaaaa',
  name: 'home',
  source: { kind: 'package', suite: 'forky' },
  include: { worker: true, qemu: false },
  port: 8100,
  phase: 'installed',
  wanted: 'running',
  image: { imageId: 'i1', version: '2026.09', resolved: { title: 'LAVA', commit: null, sha256: null } },
  problem: null,
} as unknown as InstanceRecord;
const running: Observation = { container, status, isSilent: false, cpuPercent: 1.5 };
const stateOf = (seen: Observation, change: Partial<InstanceRecord> = {}) =>
  toInstance({ ...record, ...change }, seen, null).state;

describe('what an instance is said to be', () => {
  test('running, once each of its parts is well', () => {
    expect(stateOf(running)).toBe('running');
    const starting = {
      ...status,
      parts: { ...status.parts, worker: { ...part, state: 'starting' as const } },
    };
    expect(stateOf({ ...running, status: starting })).toBe('starting');
  });

  test('degraded, when a part is down or nothing is heard of it', () => {
    const down = { ...status, parts: { ...status.parts, scheduler: { ...part, state: 'down' as const } } };
    expect(stateOf({ ...running, status: down })).toBe('degraded');
    expect(stateOf({ ...running, isSilent: true })).toBe('degraded');
    expect(toInstance(record, { ...running, isSilent: true }, null).parts[0]?.state).toBe('unknown');
  });

  test('missing, when its container was removed; unknown, while nobody could look', () => {
    expect(stateOf({ ...running, container: null })).toBe('missing');
    expect(stateOf(unseen)).toBe('unknown');
  });

  test('stopped or failed, by whether it has a problem', () => {
    const stopped = { ...running, container: { ...container, state: 'stopped' as const, exitCode: 0 } };
    expect(stateOf(stopped)).toBe('stopped');
    expect(stateOf(stopped, { problem: { code: 'TIMEOUT', message: 'slow', hint: '' } })).toBe('failed');
  });

  test('what its init refuses is a failure with its reason', () => {
    const problem = { code: 'CONFLICT', message: 'made by a newer LAVA', hint: 'Restore' };
    const seen = { ...running, status: { ...status, state: 'failed' as const, problem } };
    expect(toInstance(record, seen, null)).toMatchObject({ state: 'failed', problem });
  });

  test('what works on it, while something does', () => {
    const busy = { taskId: 't', doing: 'stopping' as const };
    expect(toInstance(record, running, busy)).toMatchObject({ state: 'stopping', taskId: 't' });
    expect(toInstance(record, running, { ...busy, doing: 'working' }).state).toBe('running');
    expect(stateOf(unseen, { phase: 'installing' })).toBe('installing');
  });
});

test('the version is what runs, not what was built', () => {
  expect(toInstance(record, running, null).version).toBe('2026.10');
  expect(toInstance(record, unseen, null).version).toBe('2026.09');
});

test('one that stands still uses nothing, and still says what it holds', () => {
  const seen = { ...running, container: { ...container, state: 'stopped' as const } };
  expect(toInstance(record, seen, null)).toMatchObject({ usage: null, holds: { jobs: 2 } });
  expect(toInstance(record, seen, null).parts.every(({ state }) => state === 'off')).toBe(true);
});
