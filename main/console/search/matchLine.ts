import { readableText } from '../scan/lineText.ts';

/** What people see of a match: the line around it and where in that it is, in characters. */
export interface MatchLine {
  readonly line: string;
  readonly column: number;
  readonly length: number;
}

const lineCharacters = 400;
const beforeCharacters = 150;
/** Escape sequences take room that is not seen, hence more bytes than characters. */
const aroundBytes = 2_000;

/** The line around the bytes `start` to `end`, without control characters. */
export function matchLine(lines: Buffer, start: number, end: number): MatchLine {
  // A search backwards for the newline has no other bound than the block: an endless line would cost all of it.
  const from = Math.max(0, start - aroundBytes);
  const lineStart = from + lines.subarray(from, start).lastIndexOf(0x0a) + 1;
  const until = Math.min(lines.length, end + aroundBytes);
  const lineEnd = lines.subarray(end, until).indexOf(0x0a);
  const stop = lineEnd < 0 ? until : end + lineEnd;
  const before = readable(lines, skipContinuation(lines, lineStart), start).slice(-beforeCharacters);
  const match = readable(lines, start, end);
  const line = (before + match + readable(lines, end, stop)).slice(0, lineCharacters);
  return {
    line,
    column: before.length,
    length: Math.min(match.length, lineCharacters - before.length),
  };
}

function readable(lines: Buffer, from: number, to: number): string {
  return readableText(lines.toString('latin1', from, to));
}

/** A window may begin in the middle of a UTF-8 character: the rest of that says nothing. */
function skipContinuation(lines: Buffer, from: number): number {
  let at = from;
  while (at < from + 3 && ((lines[at] ?? 0) & 0xc0) === 0x80) at++;
  return at;
}
