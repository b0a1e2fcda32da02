import { expect, test } from 'vitest';
import { countOf, formatAge, formatBytes } from './format.ts';

test('bytes keep two or three telling digits', () => {
  expect([0, 512, 999, 1000, 1449, 9949, 9951, 23_400_000, 1.5e9].map(formatBytes)).toEqual([
    '0 B',
    '512 B',
    '999 B',
    '1.0 kB',
    '1.4 kB',
    '9.9 kB',
    '10 kB',
    '23 MB',
    '1.5 GB',
  ]);
});

test('an age is said in the largest unit that fits', () => {
  const ages = [-500, 1500, 2000, 59_000, 60_000, 3_599_000, 3_600_000, 47 * 3_600_000, 72 * 3_600_000];
  expect(ages.map((ageMs) => formatAge(0, ageMs))).toEqual([
    'just now',
    'just now',
    '2 s ago',
    '59 s ago',
    '1 min ago',
    '59 min ago',
    '1 h ago',
    '47 h ago',
    '3 days ago',
  ]);
});

test('one thing is singular', () => {
  expect([countOf(0, 'port'), countOf(1, 'port'), countOf(2, 'board')]).toEqual([
    '0 ports',
    '1 port',
    '2 boards',
  ]);
});
