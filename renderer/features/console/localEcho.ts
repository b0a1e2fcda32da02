const escapeKey = '\x1b';
const backspaces = new Set(['\b', '\x7f']);

/** What a board that echoes would print for `text`. Cursor keys and other sequences show nothing. */
export function echoOf(text: string): string {
  if (text.startsWith(escapeKey)) return '';
  let echo = '';
  for (const character of text) {
    if (character === '\r') echo += '\r\n';
    else if (backspaces.has(character)) echo += '\b \b';
    else if (character >= ' ') echo += character;
  }
  return echo;
}
