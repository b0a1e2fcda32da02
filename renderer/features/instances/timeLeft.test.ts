import { expect, test } from 'vitest';
import type { Task, TaskStep } from '../../../main/contract/index.ts';
import { aboutSeconds, secondsLeft, taskOf, weighedProgress } from './timeLeft.ts';

const step = (name: string, state: TaskStep['state'], progress: number | null = null): TaskStep => ({
  name,
  state,
  progress,
});
const estimate = [
  { name: 'base', what: '', seconds: 10 },
  { name: 'image', what: '', seconds: 60 },
  { name: 'health', what: '', seconds: 30 },
];

test('a long step fills more of the bar than a short one', () => {
  const steps = [step('base', 'done', 1), step('image', 'running', 0.5), step('health', 'waiting')];
  expect(secondsLeft(steps, estimate)).toBe(60);
  expect(weighedProgress(steps, estimate)).toBeCloseTo(0.4);
  expect(weighedProgress(steps, null)).toBeCloseTo(0.5);
});

test('a step nobody estimated takes no time, and a skipped one none any more', () => {
  const steps = [step('engine check', 'running'), step('base', 'skipped'), step('image', 'waiting')];
  expect(secondsLeft(steps, estimate)).toBe(60);
  expect(weighedProgress([step('engine check', 'running')], estimate)).toBeNull();
});

test('times are told as roughly as they are known', () => {
  expect(aboutSeconds(3)).toBe('a few seconds');
  expect(aboutSeconds(88)).toBe('about 90 s');
  expect(aboutSeconds(200)).toBe('about 3 min');
});

test('an instance’s task is its own, else the newest that names it', () => {
  const task = (taskId: string, subject: string | null) => ({ taskId, subject }) as Task;
  const tasks = [task('3', 'home'), task('2', 'other'), task('1', 'home')];
  expect(taskOf(tasks, { taskId: '1', names: ['home'] })?.taskId).toBe('1');
  expect(taskOf(tasks, { taskId: null, names: ['key', 'home'] })?.taskId).toBe('3');
  expect(taskOf(tasks, { taskId: null, names: ['nobody'] })).toBeNull();
  expect(taskOf(null, { taskId: '1', names: [] })).toBeNull();
});
