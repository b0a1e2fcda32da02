import type { LineGate } from './lineGate.ts';
import { maxLineBytes, readableText, type ScannedLine } from './lineText.ts';

/** An unfinished line longer than this is no prompt: it is looked at once it is whole. */
const maxPromptBytes = 512;

/**
 * Cuts what a board prints, in chunks of any size, into lines, and hands on those its gate wants and every
 * unfinished one, in order. Lines end with LF, CR LF or CR; empty ones are left out. Memory is bounded by
 * `maxLineBytes`, whatever comes.
 */
export class LineScanner {
  readonly #gate: LineGate;
  readonly #onLine: (line: ScannedLine) => void;
  /** The bytes of the line that has no end yet, one latin1 character each. */
  #pending = '';
  #pendingOffset = 0;

  constructor(gate: LineGate, onLine: (line: ScannedLine) => void) {
    this.#gate = gate;
    this.#onLine = onLine;
  }

  /** Where the present line began; the end of all that was pushed when it is empty. */
  get lineOffset(): number {
    return this.#pendingOffset;
  }

  /** `offset` is where `bytes` stand in the recording; after a gap the unfinished line is given up. */
  push(bytes: Uint8Array, offset: number): void {
    if (bytes.length === 0) return;
    if (offset !== this.#pendingOffset + this.#pending.length) {
      this.#pending = '';
      this.#pendingOffset = offset;
    }
    const text = this.#pending + latin1Of(bytes);
    const base = this.#pendingOffset;
    const whole = text.lastIndexOf('\n') + 1;
    if (whole > 0) this.#emitWanted(text, whole, base);
    this.#keep(text, whole, base);
  }

  /** The line that has no end yet ends here: power went, or there is nothing more to read. */
  flush(): void {
    const { length } = this.#pending;
    if (length === 0) return;
    this.#emit(this.#pending, 0, length, this.#pendingOffset);
    this.#pending = '';
    this.#pendingOffset += length;
  }

  #emitWanted(text: string, end: number, base: number): void {
    const gate = this.#gate;
    const all = gate.wantsAll(text);
    // An escape sequence may stand in the middle of what a literal asks for.
    const marks = new Marks(text, all ? [] : ['\x1b', ...gate.literals], end);
    for (let at = 0; at < end; ) {
      const next = text.indexOf('\n', at) + 1;
      if (all || marks.nearest < next || gate.wantsStart(text, at)) this.#emit(text, at, next, base);
      marks.pass(next);
      at = next;
    }
  }

  /** The part behind the last LF: CRs end lines in it too, unless an LF may still follow. */
  #keep(text: string, from: number, base: number): void {
    let start = from;
    const lastBreak = text.lastIndexOf('\r', text.length - 2) + 1;
    if (lastBreak > start) {
      this.#emit(text, start, lastBreak, base);
      start = lastBreak;
    }
    while (text.length - start > maxLineBytes) {
      this.#emit(text, start, start + maxLineBytes, base);
      start += maxLineBytes;
    }
    this.#pending = text.slice(start);
    this.#pendingOffset = base + start;
    const { length } = this.#pending;
    if (length === 0 || length > maxPromptBytes) return;
    const shown = readableText(this.#pending);
    if (shown !== '') this.#onLine({ offset: this.#pendingOffset, text: shown, unfinished: true });
  }

  /** Hands on the lines in `text` from `start` to `end`, which CRs may part. */
  #emit(text: string, start: number, end: number, base: number): void {
    for (let at = start; at < end; ) {
      const stop = Math.min(lineEnd(text, at, end), at + maxLineBytes);
      const shown = stop > at ? readableText(text.slice(at, stop)) : '';
      if (shown !== '') this.#onLine({ offset: base + at, text: shown, unfinished: false });
      at = stop;
      while (at < end && isBreak(text.charCodeAt(at))) at += 1;
    }
  }
}

/** Finds literals in step with the lines that are walked. */
class Marks {
  readonly #text: string;
  readonly #literals: readonly string[];
  readonly #end: number;
  readonly #next: number[];
  /** Where the next of them is; the end when there is none. */
  nearest: number;

  constructor(text: string, literals: readonly string[], end: number) {
    this.#text = text;
    this.#literals = literals;
    this.#end = end;
    this.#next = literals.map((literal) => this.#find(literal, 0));
    this.nearest = Math.min(end, ...this.#next);
  }

  /** The line that ends at `lineEnd` is done. */
  pass(lineEnd: number): void {
    if (this.nearest >= lineEnd) return;
    this.#literals.forEach((literal, index) => {
      if ((this.#next[index] ?? this.#end) < lineEnd) this.#next[index] = this.#find(literal, lineEnd);
    });
    this.nearest = Math.min(this.#end, ...this.#next);
  }

  #find(literal: string, from: number): number {
    const at = this.#text.indexOf(literal, from);
    return at < 0 ? this.#end : at;
  }
}

/** Where the line from `from` on ends: at a break, or at `end`. At most one LF stands before `end`, its last character. */
function lineEnd(text: string, from: number, end: number): number {
  const stop = text.charCodeAt(end - 1) === 0x0a ? end - 1 : end;
  // Not in all of `text`: where no CR ever comes, every line would search through to its end.
  const cr = text.slice(from, stop).indexOf('\r');
  return cr < 0 ? stop : from + cr;
}

function isBreak(code: number): boolean {
  return code === 0x0a || code === 0x0d;
}

function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
