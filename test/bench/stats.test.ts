import { expect, test } from 'vitest';
import { median, percentile, range, ratiosOf, round } from './stats.ts';

test('the median of an even count lies between the two in the middle, whatever their order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('percentiles run from the least to the most, and in between to the nearest ranks', () => {
  const values = Array.from({ length: 101 }, (_, at) => at);
  expect([0, 50, 99, 100].map((p) => percentile(values, p))).toEqual([0, 50, 99, 100]);
  expect(percentile([1, 2], 99)).toBeCloseTo(1.99);
  expect(percentile([], 50)).toBeNaN();
});

test('ratios are taken round by round, so that a slow moment slows both sides', () => {
  expect(ratiosOf([10, 1], [5, 0.5])).toEqual([2, 2]);
  expect(ratiosOf([10, 1], [5])).toEqual([2]);
});

test('numbers are told to three digits', () => {
  expect(round(1234.56)).toBe(1230);
  expect(round(0.012345)).toBe(0.0123);
  expect(range([2, 1.23456, 3])).toBe('1.23 to 3');
});
