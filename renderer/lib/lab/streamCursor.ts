export interface Accepted {
  /** A hole before these bytes; 0 in a stream that keeps its word. */
  readonly missingBytes: number;
  /** What has not been seen yet; may be empty. */
  readonly fresh: Uint8Array;
  /** Of the first fresh byte. */
  readonly offset: number;
}

/** Where one viewer stands in a recording: takes every byte once, in order. */
export class StreamCursor {
  #next: number | null = null;

  /** What to ask for next: -1, a screenful of history, when nothing was seen yet. */
  get resumeOffset(): number {
    return this.#next ?? -1;
  }

  /** The core's word counts, also when it is lower than asked: a crash may have cost the recording its tail. */
  start(fromOffset: number): void {
    this.#next = fromOffset;
  }

  skipTo(offset: number): void {
    this.#next = offset;
  }

  accept(offset: number, bytes: Uint8Array): Accepted {
    const expected = this.#next ?? offset;
    const seenBytes = Math.min(bytes.length, Math.max(0, expected - offset));
    this.#next = Math.max(expected, offset + bytes.length);
    return {
      missingBytes: Math.max(0, offset - expected),
      fresh: seenBytes === 0 ? bytes : bytes.subarray(seenBytes),
      offset: offset + seenBytes,
    };
  }
}
