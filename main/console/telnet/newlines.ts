const CR = 0x0d;
const LF = 0x0a;
const NUL = 0x00;

/**
 * The Enter key as telnet's network virtual terminal sends it (RFC 854: CR NUL or CR LF) becomes the lone CR a
 * serial line gets from a keyboard. Pieces may be cut anywhere.
 */
export class NetworkNewlines {
  #afterCr = false;

  toSerial(bytes: Uint8Array): Uint8Array {
    if (!this.#afterCr && bytes.indexOf(CR) < 0) return bytes;
    const out = new Uint8Array(bytes.length);
    let length = 0;
    for (const byte of bytes) {
      const second = this.#afterCr && (byte === LF || byte === NUL);
      this.#afterCr = byte === CR;
      if (!second) out[length++] = byte;
    }
    return out.subarray(0, length);
  }

  /** What follows belongs to another kind of stream. */
  reset(): void {
    this.#afterCr = false;
  }
}
