import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellLine } from './shellLine.ts';

test('a shell hands on every argument as it was', () => {
  const args = [
    'plain',
    'two words',
    "it's",
    '"$HOME" `id` \\',
    '',
    'a\nb',
    '--opt=Acquire::Check-Valid-Until "false"',
  ];
  const line = shellLine(['printf', '%s\\0', ...args]);
  expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(args);
});
