import { expect, test } from 'vitest';
import { createMatcher } from './matcher.ts';
import { matchLine } from './matchLine.ts';
import { requiredText } from './requiredText.ts';
import { toSearchPattern } from './searchPattern.ts';

function find(text: string, q: string, options: { regex?: boolean; caseSensitive?: boolean } = {}): string[] {
  const block = Buffer.from(text, 'utf8');
  const found: string[] = [];
  createMatcher(toSearchPattern({ q, regex: false, caseSensitive: false, ...options }))(
    block,
    (start, end) => {
      found.push(block.subarray(start, end).toString());
      return true;
    },
  );
  return found;
}

test.each([
  ['Kernel panic - not', 'Kernel panic - not'],
  ['panic: \\w+ at pc', 'panic: '],
  ['colou?r table', 'r table'],
  ['0x[0-9a-f]{8} is bad', ' is bad'],
  ['ab{2}c', null],
  ['(?:one|two) three', ' three'],
  ['one|two', null],
  ['mmc0\\.1: +new', 'mmc0.1: '],
  ['\\bfoo\\b', 'foo'],
  ['(a)(b)', null],
])('every match of %s has %j in it', (source, text) => {
  expect(requiredText(source)).toBe(text);
});

test.each([
  ['mmc0: new card', 'NEW', {}, ['new']],
  ['a.b axb', 'a.b', {}, ['a.b']],
  ['a.b axb', 'a.b', { regex: true }, ['a.b', 'axb']],
  ['Ä ä Ã', 'ä', {}, ['Ä', 'ä']],
  ['ß [x] (y)', '[x]', { caseSensitive: true }, ['[x]']],
  ['naïve nave', 'na[ïx]ve', { regex: true }, ['naïve']],
  ['err 12, err 345', 'err \\d+', { regex: true, caseSensitive: true }, ['err 12', 'err 345']],
  ['one\ntwo one\n', '^one$', { regex: true, caseSensitive: true }, ['one']],
  ['aaaa', 'aa', { caseSensitive: true }, ['aa', 'aa']],
  ['error\nnext', 'error\\s*', { regex: true, caseSensitive: true }, ['error']],
])('in %j %j (%j) is found where it should', (text, q, options, found) => {
  expect(find(text, q, options)).toEqual(found);
});

test('every way to search agrees with the plain one, whatever the bytes', () => {
  let seed = 7;
  const next = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed;
  };
  const alphabet = 'abcK \n';
  const text = Array.from({ length: 200_000 }, () => alphabet[next() % alphabet.length]).join('');
  for (const q of ['Kab', 'abcabc', 'a', 'cK', 'abcKabcKa']) {
    const expected = text.match(new RegExp(q, 'g'))?.length ?? 0;
    expect(find(text, q, { caseSensitive: true })).toHaveLength(expected);
    expect(find(text, `${q}(?:)`, { regex: true, caseSensitive: true })).toHaveLength(expected);
    expect(find(text, q)).toHaveLength(text.match(new RegExp(q, 'gi'))?.length ?? 0);
  }
});

test.each(['[^é]', '[à-ü]', '(', 'two\nlines'])('%j is refused', (q) => {
  expect(() => toSearchPattern({ q, regex: true, caseSensitive: true })).toThrow(
    expect.objectContaining({ code: 'BAD_REQUEST', data: expect.objectContaining({ field: 'q' }) }),
  );
});

test('the line of a match is short, clean and has the match in its place', () => {
  const before = '\x1b[31mx\x1b[0m'.repeat(300);
  const bytes = Buffer.from(`first\r\n${before}needle${'é'.repeat(2_000)}\r\nlast`);
  const start = bytes.indexOf('needle');
  const { line, column, length } = matchLine(bytes, start, start + 6);
  expect(line.slice(column, column + length)).toBe('needle');
  expect(line).toHaveLength(400);
  expect(line).toMatch(/^x+needleé+$/);
});
