import { expect, test } from 'vitest';
import type { TaskStep } from '../../../main/contract/index.ts';
import { runningCount, taskProgress } from './taskWords.ts';

const step = (state: TaskStep['state'], progress: number | null = null): TaskStep => ({
  name: 'step',
  state,
  progress,
});

test('each step counts alike, and the one under way with its part', () => {
  expect(taskProgress([step('done'), step('running', 0.5)])).toBe(0.75);
  expect(taskProgress([step('running', 0.25), step('waiting')])).toBe(0.125);
});

test('nobody knows how far a task is while its step does not tell', () => {
  expect(taskProgress([step('done'), step('running', null)])).toBeNull();
  expect(taskProgress([])).toBeNull();
});

test('waiting tasks count as running, ended ones do not', () => {
  expect(runningCount([{ state: 'queued' }, { state: 'running' }, { state: 'failed' }])).toBe(2);
  expect(runningCount(null)).toBe(0);
});
