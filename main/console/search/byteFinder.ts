/**
 * Buffer.indexOf looks for the first byte of a short text with memchr, at the speed of memory, and compares from
 * there; a longer one it takes byte by byte, several times slower (node's string_search.h, below 8 bytes).
 */
const quickBytes = 7;
/** Less than this is found too often, and each find that is none costs a call. */
const tellingBytes = 4;
const samplesPerBlock = 512;

/** Finds a text in block after block: looks for the part of it that begins with the byte that is rarest in them. */
export class ByteFinder {
  readonly #wanted: Buffer;
  /** Of bytes seen in samples, by value, over all blocks so far: one block alone is too few. */
  readonly #counts = new Uint32Array(256);
  #part: Buffer;
  #partAt = 0;

  constructor(wanted: Buffer) {
    this.#wanted = wanted;
    this.#part = wanted.subarray(0, quickBytes);
  }

  get bytes(): number {
    return this.#wanted.length;
  }

  /** Call it once for each block, before the first `next`. */
  tune(block: Buffer): void {
    const counts = this.#counts;
    const step = Math.max(1, Math.floor(block.length / samplesPerBlock));
    for (let at = 0; at < block.length; at += step) {
      const byte = block.readUInt8(at);
      counts[byte] = (counts[byte] ?? 0) + 1;
    }
    const countOf = (at: number) => counts[this.#wanted.readUInt8(at)] ?? 0;
    let best = 0;
    const last = this.#wanted.length - tellingBytes;
    for (let at = 1; at <= last; at++) if (countOf(at) < countOf(best)) best = at;
    this.#partAt = best;
    this.#part = this.#wanted.subarray(best, best + quickBytes);
  }

  /** Where the text first is at or after `from`; -1 when it is not. */
  next(block: Buffer, from: number): number {
    for (let at = from + this.#partAt; ; at++) {
      at = block.indexOf(this.#part, at);
      if (at < 0) return -1;
      const start = at - this.#partAt;
      const end = start + this.#wanted.length;
      if (end <= block.length && this.#wanted.compare(block, start, end) === 0) return start;
    }
  }
}
