import { expect, test } from 'vitest';
import { hexRow } from './hexRow.ts';

test('a row shows offset, sixteen bytes and their text', () => {
  const row = hexRow(0x20, new TextEncoder().encode('U-Boot 2026.01\r\n'), 0x20);
  expect(row.offset).toBe('00000020');
  expect(row.digits.join(' ')).toBe('55 2d 42 6f 6f 74 20 32 30 32 36 2e 30 31 0d 0a');
  expect(row.text).toBe('U-Boot 2026.01··');
});

test('places without a byte stay blank, before the first and behind the last', () => {
  const row = hexRow(0, Uint8Array.of(0xff, 0x41), 3);
  expect(row.digits.slice(0, 6)).toEqual(['  ', '  ', '  ', 'ff', '41', '  ']);
  expect(row.text).toBe(`   ·A${' '.repeat(11)}`);
});
