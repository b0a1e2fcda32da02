const slabBytes = 64 * 1024;
/** Below this a fresh slab is begun, so that one read can always empty a tty's buffer. */
const minSpaceBytes = 4096;

/**
 * Memory to read into. What was taken is never written again, so a slice of it can be kept, queued and written
 * to disk without a copy; a slab lives as long as its last slice.
 */
export class SlabAllocator {
  #slab = Buffer.alloc(0);
  #used = 0;

  /** The free rest of the slab; valid until the next call. */
  space(): Buffer {
    if (this.#slab.length - this.#used < minSpaceBytes) {
      this.#slab = Buffer.allocUnsafeSlow(slabBytes);
      this.#used = 0;
    }
    return this.#slab.subarray(this.#used);
  }

  /** Hands over the first `count` bytes of the space. */
  take(count: number): Buffer {
    const start = this.#used;
    this.#used += count;
    return this.#slab.subarray(start, this.#used);
  }
}
