import { expect, test } from 'vitest';
import { type LineGate, LineStarts, openGate } from './lineGate.ts';
import { LineScanner } from './lineScanner.ts';
import { maxLineBytes, type ScannedLine } from './lineText.ts';

function scan(chunks: readonly (string | Uint8Array)[], gate: LineGate = openGate): ScannedLine[] {
  const lines: ScannedLine[] = [];
  const scanner = new LineScanner(gate, (line) => lines.push(line));
  let offset = 0;
  for (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
    scanner.push(bytes, offset);
    offset += bytes.length;
  }
  return lines;
}

const whole = (lines: ScannedLine[]) =>
  lines.filter(({ unfinished }) => !unfinished).map(({ text, offset }) => [offset, text]);

test('the same lines come out however the bytes are cut', () => {
  const text = 'one\r\ntwo\n\rthree\rfour\n\n\nfünf\x1b[31m sechs\x1b[0m\nlast';
  const expected = whole(scan([text]));
  expect(expected).toEqual([
    [0, 'one'],
    [5, 'two'],
    [10, 'three'],
    [16, 'four'],
    [23, 'fünf sechs'],
  ]);
  expect(whole(scan([...Buffer.from(text)].map((byte) => Uint8Array.of(byte))))).toEqual(expected);
  expect(whole(scan([text.slice(0, 4), text.slice(4, 9), text.slice(9)]))).toEqual(expected);
});

test('a line without an end is shown as it grows', () => {
  const lines = scan(['boot ok\nhost lo', 'gin: ']);
  expect(lines.filter(({ unfinished }) => unfinished)).toEqual([
    { offset: 8, text: 'host lo', unfinished: true },
    { offset: 8, text: 'host login: ', unfinished: true },
  ]);
});

test('a countdown that goes back over its number reads as the present number', () => {
  const lines = scan(['Hit any key to stop autoboot:  3 ', '\b\b\b 2 ', '\b\b\b 1 ']);
  expect(lines.at(-1)?.text).toBe('Hit any key to stop autoboot:  1 ');
});

test('a line that never ends is cut, and memory stays bounded', () => {
  const lines = scan(Array.from({ length: 64 }, () => 'x'.repeat(1024)));
  expect(whole(lines).map(([offset]) => offset)).toEqual(
    Array.from({ length: 15 }, (_, index) => index * maxLineBytes),
  );
});

test('what a gate does not want is passed over, and what it wants is found anywhere in a flood', () => {
  const starts = new LineStarts(['Kernel panic']);
  const gate: LineGate = {
    wantsAll: () => false,
    wantsStart: (text, at) => starts.mayMatch(text, at),
    literals: [' login: '],
  };
  const flood = `${'[   12.000001] nothing of note 0123456789\r\n'.repeat(500)}`;
  const text = `${flood}<0>[   13.5][    T1] Kernel panic - not syncing\r\n${flood}host login: root\n${flood}\x1b[1mbold\x1b[0m\n`;
  expect(whole(scan([text], gate)).map(([, line]) => line)).toEqual([
    '<0>[   13.5][    T1] Kernel panic - not syncing',
    'host login: root',
    'bold',
  ]);
});

test('random bytes and escape sequence bombs do no harm', () => {
  const bombs = ['\x1b]', '\x1b[', '\x1b[999999999C', '\x1b]52;c;', '\x1bP'];
  const text = Array.from({ length: 5000 }, (_, index) => bombs[index % bombs.length]).join('');
  const noise = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 256);
  const lines = scan([text, noise, '\nafter all\n']);
  expect(whole(lines).at(-1)?.[1]).toBe('after all');
});

test('after a gap in the offsets the torn line is not glued to what follows', () => {
  const lines: ScannedLine[] = [];
  const scanner = new LineScanner(openGate, (line) => lines.push(line));
  scanner.push(Buffer.from('half a li'), 0);
  scanner.push(Buffer.from('whole line\n'), 100);
  expect(whole(lines)).toEqual([[100, 'whole line']]);
});
