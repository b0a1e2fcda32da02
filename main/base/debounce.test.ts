import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Debounce } from './debounce.ts';

let acts: number;
let debounce: Debounce;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  acts = 0;
  debounce = new Debounce(
    () => {
      acts += 1;
    },
    { quietMs: 100, maxWaitMs: 300 },
  );
});
afterEach(() => {
  vi.useRealTimers();
});

test('a storm of fifty is one act, a moment after its last', () => {
  for (let event = 0; event < 50; event += 1) {
    debounce.trigger();
    vi.advanceTimersByTime(2);
  }
  vi.advanceTimersByTime(97);
  expect(acts).toBe(0);
  vi.advanceTimersByTime(1);
  expect(acts).toBe(1);
  vi.advanceTimersByTime(10_000);
  expect(acts).toBe(1);
});

test('a storm without end is acted on every 300 ms', () => {
  for (let ms = 0; ms < 3000; ms += 10) {
    debounce.trigger();
    vi.advanceTimersByTime(10);
  }
  expect(acts).toBeGreaterThanOrEqual(9);
  expect(acts).toBeLessThanOrEqual(10);
});

test('after dispose nothing is acted on', () => {
  debounce.trigger();
  debounce.dispose();
  vi.advanceTimersByTime(10_000);
  expect(acts).toBe(0);
});
