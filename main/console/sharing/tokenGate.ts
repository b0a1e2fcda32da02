import { createHash, timingSafeEqual } from 'node:crypto';

const CR = 0x0d;
const LF = 0x0a;
/** The longest token and its line end, with room for a typing error. */
const maxLineBytes = 256;

export type GateAnswer =
  | { readonly state: 'waiting' }
  | { readonly state: 'wrong' }
  /** `rest`: what came after the token's line. */
  | { readonly state: 'open'; readonly rest: Uint8Array };

/** Reads the first line of a connection and compares it with the token, in a time that tells nothing of it. */
export class TokenGate {
  readonly #digest: Buffer;
  #line = Buffer.alloc(0);

  constructor(token: string) {
    this.#digest = digest(Buffer.from(token));
  }

  /** To be fed until it no longer answers `waiting`. */
  feed(bytes: Uint8Array): GateAnswer {
    this.#line = Buffer.concat([this.#line, bytes]);
    const end = this.#line.findIndex((byte) => byte === CR || byte === LF);
    if (end < 0) return this.#line.length > maxLineBytes ? { state: 'wrong' } : { state: 'waiting' };
    const next = this.#line[end] === CR && this.#line[end + 1] === LF ? end + 2 : end + 1;
    return timingSafeEqual(digest(this.#line.subarray(0, end)), this.#digest)
      ? { state: 'open', rest: this.#line.subarray(next) }
      : { state: 'wrong' };
  }
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
