import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isReadable, plainText, quoteArgv } from './shellWords.ts';

const hostile = [
  'plain',
  '$(reboot)',
  '`reboot`',
  'a;b&&c|d>e',
  "it's",
  '"quoted"',
  'two words',
  '*',
  '~',
  '-rf',
  '#',
  '\\',
  '',
  'ümlaut',
];

test('a shell reads every word back as it was, and interprets none', () => {
  const text = quoteArgv(['printf', '%s\\n', ...hostile]);
  expect(execFileSync('/bin/sh', ['-c', text], { encoding: 'utf8' })).toBe(`${hostile.join('\n')}\n`);
});

test('words that would hide what is typed are told from readable ones', () => {
  for (const word of hostile) expect(isReadable(word), word).toBe(true);
  for (const word of ['a\nb', '\x1b[2J', 'a\u202eb', 'a\u200bb', '\u0000'])
    expect(isReadable(word)).toBe(false);
});

test('what a device says of itself cannot steer a terminal', () => {
  expect(plainText('Cable\x1b]0;gone\x07\r\n  rev\u202e 2 ')).toBe('Cable\ufffd]0;gone\ufffd rev\ufffd 2');
});
