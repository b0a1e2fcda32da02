import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoteArgv } from './shellWords.ts';

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
