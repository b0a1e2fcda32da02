import { expect, test } from 'vitest';
import { traceClock } from './clockTrace.ts';

const off = 1_700_000_000_000;
const on = off + 5000;
const before = (...texts: string[]) => texts.map((text) => ({ text, atMs: off - 1000 }));
const after = (...texts: string[]) => texts.map((text) => ({ text, atMs: on + 3000 }));
const what = (a: string, b: string) => traceClock(before(a), after(b), on)?.what ?? null;

// 9 s pass between the line before and the line after; power came back 3 s before the latter.
test.each([
  ['uptime 632 s', 'uptime 641 s', 'went-on'],
  ['[  632.100000] usb 1-1: old', '[  641.200000] eth0: another line', 'went-on'],
  ['tick 632000', 'tick 641050', 'went-on'],
  ['uptime 632 s', 'uptime 3 s', 'began-anew'],
  ['[  632.100000] usb 1-1: old', '[    2.200000] eth0: another line', 'began-anew'],
  ['tick 632000', 'tick 4', 'began-anew'],
])('%s, then %s: its time %s', (a, b, expected) => {
  expect(what(a, b)).toBe(expected);
});

test.each([
  ['temperature 41 C', 'temperature 42 C'],
  ['temperature 42 C', 'temperature 41 C'],
  ['uptime 632 s', 'uptime 632 s'],
  ['uptime 632 s', 'uptime 900 s'],
  ['uptime 632 s', 'load 641 s'],
  ['login:', 'login:'],
])('%s, then %s says nothing of its time', (a, b) => {
  expect(what(a, b)).toBeNull();
});

test('a line that ran on outweighs one that seems to begin anew', () => {
  const lines = after('packets 2', 'uptime 641 s');
  expect(traceClock(before('packets 90', 'uptime 632 s'), lines, on)?.what).toBe('went-on');
});

test('lines less than two seconds apart say nothing', () => {
  expect(
    traceClock([{ text: 'uptime 9', atMs: off }], [{ text: 'uptime 10', atMs: off + 1000 }], off + 500),
  ).toBeNull();
});
