import type { Argv } from './machine.ts';

const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word of a command as any POSIX shell reads it back: nothing in it is interpreted. */
export function quoteWord(word: string): string {
  if (plainWord.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

export function quoteArgv(argv: Argv): string {
  return argv.map(quoteWord).join(' ');
}
