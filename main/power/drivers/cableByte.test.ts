import { expect, test } from 'vitest';
import type { Leds } from '../../contract/index.ts';
import { type CableDialect, dialectName, encodeCable } from './cableByte.ts';

const plain: CableDialect = { bitOrder: 'lsb', digits: 'ascii', newline: false };

// Written out by hand from docs/protocols.md: power, LED 1, LED 2, LED 3 -> lsb ascii, lsb hex, msb ascii, msb hex.
const table: [boolean, Leds, string, string, string, string][] = [
  [false, [false, false, false], '0', '0', '0', '0'],
  [true, [false, false, false], '1', '1', '8', '8'],
  [false, [true, false, false], '2', '2', '4', '4'],
  [true, [true, false, false], '3', '3', '<', 'C'],
  [false, [false, true, false], '4', '4', '2', '2'],
  [true, [false, true, false], '5', '5', ':', 'A'],
  [false, [true, true, false], '6', '6', '6', '6'],
  [true, [true, true, false], '7', '7', '>', 'E'],
  [false, [false, false, true], '8', '8', '1', '1'],
  [true, [false, false, true], '9', '9', '9', '9'],
  [false, [true, false, true], ':', 'A', '5', '5'],
  [true, [true, false, true], ';', 'B', '=', 'D'],
  [false, [false, true, true], '<', 'C', '3', '3'],
  [true, [false, true, true], '=', 'D', ';', 'B'],
  [false, [true, true, true], '>', 'E', '7', '7'],
  [true, [true, true, true], '?', 'F', '?', 'F'],
];

test.each(table)('power %s, LEDs %s is one digit in each dialect', (power, leds, ...digits) => {
  const mask = { power, leds };
  const dialects = (['lsb', 'msb'] as const).flatMap((bitOrder) =>
    (['ascii', 'hex'] as const).map((d): CableDialect => ({ bitOrder, digits: d, newline: false })),
  );
  expect(dialects.map((dialect) => encodeCable(mask, dialect))).toEqual(digits);
  expect(dialects.map((dialect) => encodeCable(mask, { ...dialect, newline: true }))).toEqual(
    digits.map((digit) => `${digit}\n`),
  );
});

test('in one dialect no two masks share a byte', () => {
  for (const column of [2, 3, 4, 5] as const) expect(new Set(table.map((row) => row[column])).size).toBe(16);
});

test('each dialect has its own name', () => {
  const names = [
    plain,
    { ...plain, bitOrder: 'msb' as const },
    { ...plain, digits: 'hex' as const },
    { ...plain, newline: true },
  ].map(dialectName);
  expect(new Set(names).size).toBe(4);
});
