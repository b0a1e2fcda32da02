import type { IDisposable, IMarker, Terminal } from '@xterm/xterm';

/** Of the terminal: what following its lines needs. */
export type LineSource = Pick<Terminal, 'onLineFeed' | 'onResize' | 'registerMarker'> & {
  readonly buffer: {
    readonly active: Pick<
      Terminal['buffer']['active'],
      'type' | 'baseY' | 'cursorX' | 'cursorY' | 'length' | 'getLine'
    >;
  };
};

interface Chunk {
  readonly bytes: Uint8Array;
  /** Null: not of the recording, such as a note of ours. */
  readonly offset: number | null;
  parsedBytes: number;
}

interface Anchor {
  readonly marker: IMarker;
  readonly line: number;
  /** The marker's row when it was set: what it has moved since was cut off at the top. */
  readonly row: number;
}

/** Markers cost time at every row that is cut off, finding a row costs the walk from the next marker. */
const rowsPerAnchor = 256;

/**
 * Knows which byte of the recording each row of a terminal came from. xterm wraps rows, wraps them anew when the
 * window is resized and cuts them off at the top: so lines are counted as they are fed, and a marker here and
 * there ties the count to the rows of now. When a program moves about on the screen, rows are no longer lines
 * as they were printed: what was known is dropped, and the count begins again below.
 */
export class LineOffsets implements IDisposable {
  readonly #terminal: LineSource;
  readonly #subscriptions: IDisposable[];
  #chunks: Chunk[] = [];
  #anchors: Anchor[] = [];
  /** Where line `#firstLine + index` begins in the recording. */
  #starts: number[] = [];
  #firstLine = 0;
  #lastRow = -1;
  #endOffset = 0;

  constructor(terminal: LineSource) {
    this.#terminal = terminal;
    this.#subscriptions = [
      terminal.onLineFeed(() => this.#onLineFeed()),
      terminal.onResize(() => {
        // Rows were wrapped anew, lines were not.
        this.#lastRow = -1;
      }),
    ];
  }

  /** Call before the terminal is given the chunk, and `parsed` once it has parsed it. */
  writing(bytes: Uint8Array, offset: number | null): void {
    const { active } = this.#terminal.buffer;
    if (this.#starts.length === 0 && this.#chunks.length === 0 && offset !== null && active.cursorX === 0)
      this.#add(offset);
    this.#chunks.push({ bytes, offset, parsedBytes: 0 });
  }

  parsed(): void {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined && chunk.offset !== null) this.#endOffset = chunk.offset + chunk.bytes.length;
  }

  /** The bytes the terminal holds lines of; null while it holds none. */
  get range(): { readonly from: number; readonly to: number } | null {
    const from = this.#starts[0];
    return from === undefined ? null : { from, to: this.#endOffset };
  }

  /** For each of the rows the offset its line begins at; null where a row continues a line or is not known. */
  startsOf(firstRow: number, count: number): (number | null)[] {
    let line = this.#lineOf(firstRow);
    if (line === null) return Array.from({ length: count }, () => null);
    const starts: (number | null)[] = [];
    for (let row = firstRow; row < firstRow + count; row += 1) {
      const wrapped = this.#isWrapped(row);
      if (row > firstRow && !wrapped) line += 1;
      starts.push(wrapped ? null : (this.#starts[line - this.#firstLine] ?? null));
    }
    return starts;
  }

  /** The row of the line that holds the byte; null when the terminal no longer holds it, or not yet. */
  rowOf(offset: number): number | null {
    const { range } = this;
    if (range === null || offset < range.from || offset > this.#endOffset) return null;
    const line = this.#firstLine + lastAtMost(this.#starts, offset);
    const anchor = this.#nearest((each) => each.line - line);
    if (anchor === null) return null;
    const step = line < anchor.line ? -1 : 1;
    let row = anchor.marker.line;
    for (let at = anchor.line; at !== line; at += step) {
      row = step > 0 ? this.#lineBelow(row) : this.#lineAbove(row);
      if (row < 0 || row >= this.#terminal.buffer.active.length) return null;
    }
    return row;
  }

  /** As after the terminal was cleared. */
  reset(): void {
    for (const { marker } of this.#anchors) marker.dispose();
    this.#anchors = [];
    this.#firstLine += this.#starts.length;
    this.#starts = [];
    this.#lastRow = -1;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.reset();
  }

  #onLineFeed(): void {
    const chunk = this.#chunks[0];
    if (chunk !== undefined) chunk.parsedBytes = afterLineFeed(chunk.bytes, chunk.parsedBytes);
    if (this.#terminal.buffer.active.type !== 'normal') return;
    const known = chunk?.offset ?? null;
    if (chunk !== undefined && known !== null) this.#add(known + chunk.parsedBytes);
    else if (this.#starts.length > 0) this.#add(this.#endOffset);
  }

  #add(offset: number): void {
    const { active } = this.#terminal.buffer;
    const row = active.baseY + active.cursorY;
    const last = this.#anchors.at(-1);
    const cutRows = last === undefined ? 0 : last.row - last.marker.line;
    // A core that crashed may have lost a recording's tail: then its offsets begin again before the last ones.
    const lost = last?.marker.isDisposed === true || offset < (this.#starts.at(-1) ?? 0);
    if (lost || (this.#lastRow >= 0 && row + cutRows <= this.#lastRow)) {
      this.reset();
      this.#add(offset);
      return;
    }
    const resized = this.#lastRow < 0;
    this.#starts.push(offset);
    this.#lastRow = row + cutRows;
    const apart = Math.min(rowsPerAnchor, Math.ceil(active.length / 4));
    if (last === undefined || resized || row - last.marker.line >= apart) this.#anchor(row);
  }

  #anchor(row: number): void {
    const marker = this.#terminal.registerMarker(0);
    if (marker === undefined) return;
    if (this.#anchors[0]?.marker.isDisposed === true)
      this.#anchors = this.#anchors.filter((each) => !each.marker.isDisposed);
    this.#anchors.push({ marker, line: this.#firstLine + this.#starts.length - 1, row });
    // From here on rows are counted from this marker.
    this.#lastRow = row;
    const kept = this.#terminal.buffer.active.length;
    if (this.#starts.length > 2 * kept + rowsPerAnchor) {
      this.#firstLine += this.#starts.length - kept;
      this.#starts = this.#starts.slice(-kept);
    }
  }

  #lineOf(row: number): number | null {
    const anchor = this.#nearest((each) => each.marker.line - row);
    if (anchor === null) return null;
    let { line } = anchor;
    for (let at = anchor.marker.line + 1; at <= row; at += 1) if (!this.#isWrapped(at)) line += 1;
    for (let at = anchor.marker.line; at > row; at -= 1) if (!this.#isWrapped(at)) line -= 1;
    return line;
  }

  #nearest(distance: (anchor: Anchor) => number): Anchor | null {
    let best: Anchor | null = null;
    for (const anchor of this.#anchors) {
      if (anchor.marker.isDisposed) continue;
      if (best === null || Math.abs(distance(anchor)) < Math.abs(distance(best))) best = anchor;
    }
    return best;
  }

  #lineBelow(row: number): number {
    let at = row + 1;
    while (this.#isWrapped(at)) at += 1;
    return at;
  }

  #lineAbove(row: number): number {
    let at = row - 1;
    while (at > 0 && this.#isWrapped(at)) at -= 1;
    return at;
  }

  #isWrapped(row: number): boolean {
    return this.#terminal.buffer.active.getLine(row)?.isWrapped === true;
  }
}

/** Line feed, vertical tab and form feed all begin a row (ECMA-48). Answers where the next one ends. */
function afterLineFeed(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x0a && byte <= 0x0c) return at + 1;
  }
  return from;
}

/** The index of the last number that is not above `limit`; -1: all are. */
export function lastAtMost(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Number.POSITIVE_INFINITY) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
