import { expect, test } from 'vitest';
import type { Instance } from '../../../main/contract/index.ts';
import { allowed, holdsData, holdsText, partSummary, stepTitle } from './instanceWords.ts';

const may = (state: Instance['state'], taskId: string | null = null) => allowed({ state, taskId });

test('a running instance can be opened and stopped, one that stands still can be started', () => {
  expect(may('running')).toMatchObject({ open: true, stop: true, restart: true, start: false });
  expect(may('degraded')).toMatchObject({ open: true, stop: true, start: false });
  for (const state of ['stopped', 'missing', 'failed'] as const)
    expect(may(state)).toMatchObject({ open: false, stop: false, start: true });
});

test('what something works on already is not given other work', () => {
  expect(may('running', 'task')).toMatchObject({ stop: false, backup: false, upgrade: false, remove: false });
  expect(may('installing', 'task')).toMatchObject({ start: false, remove: false });
});

test('one that failed can be tried again or removed, though it keeps the task it failed in', () => {
  expect(may('failed', 'task')).toMatchObject({ start: true, remove: true });
});

test('more than an admin, or nobody knowing, counts as data', () => {
  expect(holdsData(null)).toBe(true);
  expect(holdsData({ jobs: 0, devices: 0, users: 1 })).toBe(false);
  expect(holdsData({ jobs: 0, devices: 0, users: 2 })).toBe(true);
  expect(holdsData({ jobs: 1, devices: 0, users: 1 })).toBe(true);
  expect(holdsText({ jobs: 1, devices: 0, users: 2 })).toBe('1 job, 0 devices, 2 users');
});

test('a part says how it is in words, and how often it came back', () => {
  expect(partSummary({ part: 'worker', state: 'ok', restarts: 0, detail: null })).toBe('Worker works');
  expect(partSummary({ part: 'server', state: 'down', restarts: 2, detail: null })).toBe(
    'Server down, restarted 2 times',
  );
});

test('every step has a title, also one nobody has named', () => {
  expect(stepTitle('image')).toBe('Build LAVA');
  expect(stepTitle('move over')).toBe('Move over');
});
