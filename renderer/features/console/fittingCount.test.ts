import { expect, test } from 'vitest';
import { fittingCount } from './fittingCount.ts';

test('as many buttons as fit, with room for the menu of the rest', () => {
  const names = ['boot', 'netboot', 'env', 'reset'];
  expect(fittingCount(names, 1000, 30)).toBe(4);
  const some = fittingCount(names, 200, 30);
  expect(some).toBeGreaterThan(0);
  expect(some).toBeLessThan(4);
  expect(fittingCount(names, 40, 30)).toBe(0);
  expect(fittingCount([], 0, 30)).toBe(0);
});

test('a long name takes no more than the widest button', () => {
  expect(fittingCount(['x'.repeat(60)], 190, 0)).toBe(1);
});
