import { expect, test } from 'vitest';
import { formatRoute, parseRoute } from './route.ts';

test('every route survives the address bar', () => {
  for (const hash of [
    '#/bench',
    '#/bench/virtual-1',
    '#/ports',
    '#/usb',
    '#/settings',
    '#/instances',
    '#/instances/home',
    '#/watches',
    '#/doctor',
  ]) {
    expect(formatRoute(parseRoute(hash))).toBe(hash);
  }
});

test('an address nobody made leads to the bench', () => {
  expect(parseRoute('')).toEqual({ page: 'bench', boardId: null });
  expect(parseRoute('#/nonsense/<script>')).toEqual({ page: 'bench', boardId: null });
});
