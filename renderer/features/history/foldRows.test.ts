import { expect, test } from 'vitest';
import type { ComparedRow } from '../../../main/contract/index.ts';
import { changeStarts, foldRows, type ShownRow } from './foldRows.ts';

const line = { text: 'x', offset: 0, sincePowerOnMs: 0 };
/** `=` same, `~` changed, `+` added, `-` removed. */
const rows = (pattern: string): ComparedRow[] =>
  [...pattern].map((sign) => {
    if (sign === '=') return { kind: 'same', left: line, right: line };
    if (sign === '+') return { kind: 'added', left: null, right: line };
    if (sign === '-') return { kind: 'removed', left: line, right: null };
    return { kind: 'changed', left: line, right: line };
  });
const drawn = (shown: readonly ShownRow[]) =>
  shown.map((item) => (item.kind === 'row' ? item.index : `(${item.count})`)).join(' ');

test('long same stretches are folded, with three lines kept beside each change', () => {
  expect(drawn(foldRows(rows(`${'='.repeat(10)}~${'='.repeat(12)}+`), new Set()))).toBe(
    '(7) 7 8 9 10 11 12 13 (6) 20 21 22 23',
  );
});

test('a stretch too short to be worth a fold is shown', () => {
  expect(drawn(foldRows(rows('~=========-'), new Set()))).toBe('0 1 2 3 4 5 6 7 8 9 10');
});

test('an opened stretch is shown in full', () => {
  const all = rows(`${'='.repeat(10)}~`);
  expect(drawn(foldRows(all, new Set([0])))).toBe('0 1 2 3 4 5 6 7 8 9 10');
});

test('nothing changed is one fold', () => {
  expect(drawn(foldRows(rows('='.repeat(400)), new Set()))).toBe('(400)');
  expect(foldRows([], new Set())).toEqual([]);
});

test('a run of changed rows is one stop', () => {
  const all = rows('==~~+==-=');
  expect(changeStarts(all, foldRows(all, new Set()))).toEqual([2, 7]);
});
