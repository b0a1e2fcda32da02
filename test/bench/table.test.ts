import { expect, test } from 'vitest';
import { judge, type Reading } from './figure.ts';
import { formatTable } from './table.ts';

const reading: Reading = {
  name: 'speed / picocom',
  value: 1.5,
  unit: 'x',
  goal: { is: 'at least', value: 1.5 },
  note: 'how',
};

test('a goal is met when it is reached exactly, and missed beyond', () => {
  expect(judge(reading)).toBe('met');
  expect(judge({ ...reading, value: 1.49 })).toBe('missed');
  expect(judge({ value: 10, goal: { is: 'at most', value: 10 } })).toBe('met');
  expect(judge({ value: 10.1, goal: { is: 'at most', value: 10 } })).toBe('missed');
});

test('what could not be measured is missing, never met', () => {
  expect(judge({ ...reading, value: null })).toBe('missing');
  expect(judge({ ...reading, value: Number.NaN })).toBe('missing');
  expect(judge({ value: 3, goal: null })).toBe('-');
});

test('the table aligns its columns and shows what is missing', () => {
  const absent: Reading = { ...reading, name: 'speed / tio', value: null, goal: null, note: 'not installed' };
  const table = formatTable([
    { title: 'a title longer than any name below it', result: { readings: [reading, absent], raw: null } },
  ]);
  expect(table.split('\n')).toEqual([
    '                   measured  goal     verdict  how',
    'a title longer than any name below it',
    '  speed / picocom  1.5x      >= 1.5x  met      how',
    '  speed / tio      missing            missing  not installed',
  ]);
});
