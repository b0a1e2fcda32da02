import { expect, test } from 'vitest';
import { formatArgv, parseArgv, shellWords } from './argvText.ts';

const argvOf = (text: string) => {
  const parsed = parseArgv(text);
  return parsed.ok ? parsed.argv : parsed.message;
};

test('a line is taken apart at its blanks, and quotes keep arguments together', () => {
  expect(argvOf('  ssh rack  pdu on 3 ')).toEqual(['ssh', 'rack', 'pdu', 'on', '3']);
  expect(argvOf(`a 'b c' "d e" f\\ g`)).toEqual(['a', 'b c', 'd e', 'f g']);
  expect(argvOf(`x '' "it's" 'a'"b"c`)).toEqual(['x', '', "it's", 'abc']);
  expect(argvOf('')).toEqual([]);
});

test('what a shell would act on is a character like any other', () => {
  const line = 'echo $HOME `id` $(reboot) *.c | sh > /dev/null ; rm -rf /';
  expect(argvOf(line)).toEqual(line.split(' '));
  expect(shellWords(['echo', '|', 'sh', '>', 'a|b', '-x'])).toEqual(['|', '>']);
});

test('an open quote or a backslash at the end is told, not guessed', () => {
  expect(argvOf(`say "on`)).toBe('a " is not closed');
  expect(argvOf(`say 'on`)).toBe("a ' is not closed");
  expect(argvOf('say on\\')).toBe('nothing follows the last \\');
});

test('whatever the arguments are, the line made of them gives them back', () => {
  for (const argv of [
    ['a', 'b c', ''],
    ["it's", '"', '\\', "'"],
    ['$(reboot)', '; rm', '\t', 'line\nbreak'],
    ['{board}', 'é', '--x=1 2'],
  ])
    expect(argvOf(formatArgv(argv))).toEqual(argv);
});
