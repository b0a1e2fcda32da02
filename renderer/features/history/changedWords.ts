import { diffArrays } from 'diff';

export interface Piece {
  readonly text: string;
  readonly changed: boolean;
}

/** What differs from boot to boot by nature is not what one looks for: times, addresses, and numbers of them. */
const noise = /^(?:0x[0-9a-f]+|\d+\.\d{3,}|[0-9a-f]{8,16})$/i;
const words = /0x[0-9a-f]+|[\p{L}\p{N}_.]+|\s+|[^\s]/giu;
/** Longer lines are not pulled to pieces: the comparison of words grows with the square of their number. */
const mostWords = 400;

/** A changed line's two versions, with the words that make the difference marked on each side. */
export function changedWords(left: string, right: string): { left: Piece[]; right: Piece[] } {
  const from = left.match(words) ?? [];
  const to = right.match(words) ?? [];
  if (from.length > mostWords || to.length > mostWords)
    return { left: [{ text: left, changed: true }], right: [{ text: right, changed: true }] };
  const sides: { left: Piece[]; right: Piece[] } = { left: [], right: [] };
  let leftAt = 0;
  let rightAt = 0;
  for (const part of diffArrays(from, to, { comparator: sameWord })) {
    if (!part.added) {
      push(sides.left, from.slice(leftAt, leftAt + part.value.length).join(''), part.removed);
      leftAt += part.value.length;
    }
    if (!part.removed) {
      push(sides.right, to.slice(rightAt, rightAt + part.value.length).join(''), part.added);
      rightAt += part.value.length;
    }
  }
  return sides;
}

function sameWord(a: string, b: string): boolean {
  return a === b || (noise.test(a) && noise.test(b));
}

function push(pieces: Piece[], text: string, changed: boolean): void {
  const last = pieces.at(-1);
  if (last?.changed === changed) pieces[pieces.length - 1] = { text: last.text + text, changed };
  else if (text !== '') pieces.push({ text, changed });
}
