/**
 * Says cheaply which lines somebody may want, so that a flood is passed over at memory speed. It may let through
 * too much, never too little. Text is latin1, one character a byte.
 */
export interface LineGate {
  /** Every line of this text has to be looked at. */
  wantsAll(text: string): boolean;
  /** The line that begins at `at` has to be looked at. */
  wantsStart(text: string, at: number): boolean;
  /** The line around any of these has to be looked at. */
  readonly literals: readonly string[];
}

/** Lets every line through. */
export const openGate: LineGate = { wantsAll: () => true, wantsStart: () => true, literals: [] };

const tableSize = 1 << 16;
const space = 0x20;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const less = 0x3c;
const greater = 0x3e;
const open = 0x5b;
const close = 0x5d;
const tilde = 0x7e;

/**
 * Tells whether a line begins with one of some literals, behind a kernel's time stamp too, by their first three
 * characters: a look at one place of a table.
 */
export class LineStarts {
  readonly #table = new Uint8Array(tableSize);

  constructor(literals: readonly string[]) {
    for (const literal of literals) this.#table[keyAt(literal, 0)] = 1;
  }

  /** True also for lines that begin with something unusual: they have to be cleaned before they can be judged. */
  mayMatch(text: string, lineStart: number): boolean {
    const at = skipStamps(text, lineStart);
    const first = text.charCodeAt(at);
    if (first < space || first > tilde) return first !== 0x0a && first !== 0x0d;
    return this.#table[keyAt(text, at)] === 1;
  }
}

/** Where the words of a kernel's line begin: behind `<6>`, `[    1.234567]` and `[    T1]`. */
export function skipStamps(text: string, lineStart: number): number {
  let at = lineStart;
  let first = text.charCodeAt(at);
  // Some boards end a line with LF CR.
  while (first === 0x0d) {
    at += 1;
    first = text.charCodeAt(at);
  }
  if (first !== less && first !== open) return at;
  if (first === less) {
    const level = text.charCodeAt(at + 1);
    if (level >= zero && level <= nine && text.charCodeAt(at + 2) === greater) at += 3;
  }
  for (let stamps = 0; stamps < 2 && text.charCodeAt(at) === open; stamps += 1) {
    const end = stampEnd(text, at + 1);
    if (end < 0) return at;
    at = end;
  }
  return text.charCodeAt(at) === space && at > lineStart ? at + 1 : at;
}

/** Behind the `]` of a stamp of digits, dots, spaces and one letter for the caller (`T1`, `C0`); -1 when it is none. */
function stampEnd(text: string, from: number): number {
  for (let at = from; at < from + 24; at += 1) {
    const code = text.charCodeAt(at);
    if (code === close) return at + 1;
    const digit = code >= zero && code <= nine;
    if (!digit && code !== dot && code !== space && code !== 0x54 && code !== 0x43) return -1;
  }
  return -1;
}

function keyAt(text: string, at: number): number {
  const key = text.charCodeAt(at) + text.charCodeAt(at + 1) * 89 + text.charCodeAt(at + 2) * 7919;
  return key & (tableSize - 1);
}
