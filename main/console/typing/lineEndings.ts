import type { TypingStyle } from '../../contract/index.ts';

const sent = { cr: '\r', lf: '\n', crlf: '\r\n' } as const;

/** What Enter sends. */
export function enterOf(style: Pick<TypingStyle, 'lineEnding'>): string {
  return sent[style.lineEnding];
}

/** The lines of a text, whatever ends them. The last is empty when the text ends with a line break. */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}
