/** The last bytes of a stream, kept as the slices they came in: a viewer near the end never touches the disk. */
export class ByteRing {
  readonly #capacity: number;
  #chunks: Uint8Array[] = [];
  #startOffset: number;
  #endOffset: number;

  /** Holds at least the last `capacity` bytes (when there were so many) and at most one chunk more. */
  constructor(capacity: number, startOffset: number) {
    this.#capacity = capacity;
    this.#startOffset = startOffset;
    this.#endOffset = startOffset;
  }

  get startOffset(): number {
    return this.#startOffset;
  }

  get endOffset(): number {
    return this.#endOffset;
  }

  /** Nothing from `keepFromOffset` on is let go, however much that is. */
  push(chunk: Uint8Array, keepFromOffset = Number.POSITIVE_INFINITY): void {
    this.#chunks.push(chunk);
    this.#endOffset += chunk.length;
    let drop = 0;
    for (const first of this.#chunks) {
      const next = this.#startOffset + first.length;
      if (this.#endOffset - next < this.#capacity || next > keepFromOffset) break;
      this.#startOffset = next;
      drop++;
    }
    // Dropped in batches: shifting one by one would move the array at every chunk of a flood.
    if (drop > 0) this.#chunks = this.#chunks.slice(drop);
  }

  /** Copies up to `maxBytes` from `offset`, which must lie between start and end offset. */
  read(offset: number, maxBytes: number): Uint8Array<ArrayBuffer> {
    const length = Math.min(maxBytes, this.#endOffset - offset);
    const out = new Uint8Array(Math.max(0, length));
    // From the end: readers are nearly always close to it.
    let chunkEnd = this.#endOffset;
    for (let i = this.#chunks.length - 1; i >= 0 && chunkEnd > offset; i--) {
      const chunk = this.#chunks[i] as Uint8Array;
      const chunkStart = chunkEnd - chunk.length;
      const from = Math.max(offset, chunkStart);
      const to = Math.min(offset + length, chunkEnd);
      if (from < to) out.set(chunk.subarray(from - chunkStart, to - chunkStart), from - offset);
      chunkEnd = chunkStart;
    }
    return out;
  }
}
