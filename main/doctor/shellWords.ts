import type { Argv } from './machine.ts';

const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const control = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** Whether a word can stand in a command for people to read: no line ends, no escapes, nothing that hides. */
export function isReadable(word: string): boolean {
  return !control.test(word);
}

/** One word of a command as any POSIX shell reads it back: nothing in it is interpreted. */
export function quoteWord(word: string): string {
  if (plainWord.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

export function quoteArgv(argv: Argv): string {
  return argv.map(quoteWord).join(' ');
}

/** What comes from devices and other programs, made harmless for terminals and eyes; one line. */
export function plainText(text: string): string {
  return [...text.replaceAll(/\s+/g, ' ')]
    .map((char) => (control.test(char) ? '\ufffd' : char))
    .join('')
    .trim();
}
