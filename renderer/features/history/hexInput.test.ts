import { expect, test } from 'vitest';
import { parseHexInput } from './hexInput.ts';

const bytes = (text: string) => {
  const input = parseHexInput(text);
  return input.ok ? [...input.bytes] : input.reason;
};

test('hex is read with spaces, with commas, with 0x and in one piece', () => {
  expect(bytes('1b 5b 41')).toEqual([0x1b, 0x5b, 0x41]);
  expect(bytes('0x0d,0x0A')).toEqual([13, 10]);
  expect(bytes('1b5b41')).toEqual([0x1b, 0x5b, 0x41]);
  expect(bytes('3 a')).toEqual([3, 10]);
  expect(bytes('  ')).toEqual([]);
});

test('quoted text is sent as UTF-8, with the usual escapes', () => {
  expect(bytes('"hi\\r\\n"')).toEqual([104, 105, 13, 10]);
  expect(bytes("'é'")).toEqual([0xc3, 0xa9]);
  expect(bytes('"\\x03\\"\\\\"')).toEqual([3, 34, 92]);
  expect(bytes('03 "reset" 0d')).toEqual([3, 114, 101, 115, 101, 116, 13]);
});

test('what cannot be read is named', () => {
  expect(bytes('1b zz')).toBe('“zz” is no hex number. Put text in quotes.');
  expect(bytes('123')).toBe('“123” has an odd number of digits: each byte takes two.');
  expect(bytes('0d "open')).toBe('A closing " is missing.');
});
