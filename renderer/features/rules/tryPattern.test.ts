import { expect, test } from 'vitest';
import { stopAutobootRule } from '../../../main/contract/index.ts';
import { tryPattern } from './tryPattern.ts';

test('a text is found as it is, an expression by its meaning', () => {
  expect(tryPattern('a.c', false, 'abc a.c')).toEqual({ kind: 'match', start: 4, end: 7 });
  expect(tryPattern('a.c', true, 'abc a.c')).toEqual({ kind: 'match', start: 0, end: 3 });
  expect(tryPattern('x', true, 'abc')).toEqual({ kind: 'none' });
  expect(tryPattern('', true, 'abc')).toEqual({ kind: 'none' });
});

test('what the core’s engine does not take is said to be no pattern', () => {
  expect(tryPattern('(a', true, 'a')).toMatchObject({ kind: 'invalid' });
  expect(tryPattern('(?=a)b', true, 'a')).toMatchObject({ kind: 'invalid' });
});

test('a pattern that takes other engines for ever is quick', () => {
  expect(tryPattern('(a+)+$', true, `${'a'.repeat(5000)}b`)).toEqual({ kind: 'none' });
});

test('the ready-made rule finds U-Boot’s countdown', () => {
  const { pattern, regex } = stopAutobootRule;
  for (const line of [
    'Hit any key to stop autoboot:  2 ',
    'Autoboot in 3 seconds',
    'Press SPACE to abort autoboot in 2 seconds',
  ]) {
    expect(tryPattern(pattern, regex, line)).toMatchObject({ kind: 'match' });
  }
});
