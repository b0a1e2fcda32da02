/** The longest line kept in one piece; what is longer goes on as a line of its own. In bytes. */
export const maxLineBytes = 4096;

/** One line a board printed, as a person would read it. */
export interface ScannedLine {
  /** Where it begins in the recording. */
  readonly offset: number;
  /** Without its end, escape sequences and control characters; backspaces done; UTF-8 decoded. */
  readonly text: string;
  /** It may go on: a prompt, or a line that is being printed. */
  readonly unfinished: boolean;
}

/** CSI, OSC and the short ones (ECMA-48), also one that the end of an unfinished line has cut off. */
const escapeSequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /\x1b(?:\[[0-?]*[ -/]*(?:[@-~]|$)|\][^\x07\x1b]*(?:\x07|\x1b\\|$)|[ -/]*(?:[0-~]|$))/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const controls = /[\x00-\x07\x0b-\x1f\x7f]/g;
/** Text that is nothing but printable ASCII and tabs: most lines, and nothing has to be done to them. */
const plain = /^[\t\x20-\x7e]*$/;

/** What a line of bytes (one latin1 character each) says to a person. */
export function readableText(latin1: string): string {
  if (plain.test(latin1)) return latin1;
  const shown = eraseBackspaced(latin1.replace(escapeSequences, '')).replace(controls, '');
  return plain.test(shown) ? shown : Buffer.from(shown, 'latin1').toString('utf8');
}

/** Whether a text holds anything `readableText` would change, line breaks aside. */
export function needsCleaning(latin1: string): boolean {
  return unusual.test(latin1);
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const unusual = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xff]/;

/** U-Boot's countdown goes back over its number: `2`, three backspaces, `1`. */
function eraseBackspaced(text: string): string {
  if (!text.includes('\b')) return text;
  const shown: string[] = [];
  let column = 0;
  for (const character of text) {
    if (character === '\b') column = Math.max(0, column - 1);
    else {
      shown[column] = character;
      column += 1;
    }
  }
  return shown.join('');
}
