/**
 * The bytes of a recording from one offset on, at most so many: more at one end lets go of as much at the other.
 */
export class ByteWindow {
  readonly #maxBytes: number;
  /** Twice the limit, so that bytes that arrive one by one are moved once in a while and not each time. */
  readonly #room: Uint8Array;
  #start = 0;
  #length = 0;
  #from = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#room = new Uint8Array(2 * maxBytes);
  }

  /** The offset of the first byte held. */
  get from(): number {
    return this.#from;
  }

  /** The offset behind the last byte held. */
  get to(): number {
    return this.#from + this.#length;
  }

  /** A view, good until the next change. */
  slice(from: number, to: number): Uint8Array {
    const first = Math.max(from, this.#from) - this.#from + this.#start;
    const last = Math.min(to, this.to) - this.#from + this.#start;
    return this.#room.subarray(first, Math.max(first, last));
  }

  reset(from: number): void {
    this.#start = 0;
    this.#length = 0;
    this.#from = from;
  }

  /** Bytes from `offset` on. What is held already is taken once; after a hole only what is new is held. */
  append(bytes: Uint8Array, offset: number): void {
    if (offset > this.to || this.#length === 0) this.reset(offset);
    let fresh = bytes.subarray(Math.max(0, this.to - offset));
    if (fresh.length > this.#maxBytes) {
      this.reset(offset + bytes.length - this.#maxBytes);
      fresh = bytes.subarray(-this.#maxBytes);
    }
    if (this.#start + this.#length + fresh.length > this.#room.length) this.#moveToFront(fresh.length);
    this.#room.set(fresh, this.#start + this.#length);
    this.#length += fresh.length;
    this.#letGoOfOldest();
  }

  /** Bytes that end where the window begins. */
  prepend(bytes: Uint8Array): void {
    const taken = bytes.subarray(-this.#maxBytes);
    const kept = Math.min(this.#length, this.#maxBytes - taken.length);
    this.#room.copyWithin(taken.length, this.#start, this.#start + kept);
    this.#room.set(taken, 0);
    this.#start = 0;
    this.#from -= taken.length;
    this.#length = taken.length + kept;
  }

  #letGoOfOldest(): void {
    const excess = Math.max(0, this.#length - this.#maxBytes);
    this.#start += excess;
    this.#from += excess;
    this.#length -= excess;
  }

  /** Makes room behind; what would be let go of anyway is not moved. */
  #moveToFront(freshBytes: number): void {
    const excess = Math.max(0, this.#length + freshBytes - this.#maxBytes);
    this.#start += excess;
    this.#from += excess;
    this.#length -= excess;
    this.#room.copyWithin(0, this.#start, this.#start + this.#length);
    this.#start = 0;
  }
}
