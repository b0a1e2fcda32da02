import { Emitter } from '../../base/emitter.ts';

const esc = 0x1b;
const cr = 0x0d;
const lf = 0x0a;

/**
 * Follows how much of what was typed the board has echoed: the visible characters, in order. What else the board
 * prints in between is passed over, so are escape sequences, and where it wraps a line does not matter.
 */
export class EchoWatch {
  readonly #advanced = new Emitter<void>();
  /** What is still to come back; 0x0a stands for any line break. */
  #expected: number[] = [];
  #at = 0;
  #sequence: 'none' | 'escape' | 'control' = 'none';
  /** More of it came back. */
  readonly onDidAdvance = this.#advanced.event;

  /** Bytes that were typed but have not come back. */
  get missing(): number {
    return this.#expected.length - this.#at;
  }

  /** These bytes are typed now. Tabs and control characters are echoed in many ways, so they are not waited for. */
  expect(bytes: Uint8Array, enter: boolean): void {
    if (this.missing === 0) {
      this.#expected = [];
      this.#at = 0;
    }
    for (const byte of bytes) if (byte >= 0x20 && byte !== 0x7f) this.#expected.push(byte);
    if (enter) this.#expected.push(lf);
  }

  /** The board printed. */
  push(bytes: Uint8Array): void {
    const before = this.#at;
    for (const byte of bytes) {
      if (this.#skipsSequence(byte)) continue;
      const wanted = this.#expected[this.#at];
      if (wanted === undefined) break;
      if (byte === wanted || (wanted === lf && byte === cr)) this.#at += 1;
    }
    if (this.#at > before) this.#advanced.fire();
  }

  #skipsSequence(byte: number): boolean {
    if (byte === esc) {
      this.#sequence = 'escape';
      return true;
    }
    if (this.#sequence === 'none') return false;
    if (this.#sequence === 'escape') this.#sequence = byte === 0x5b ? 'control' : 'none';
    else if (byte >= 0x40 && byte <= 0x7e) this.#sequence = 'none';
    return true;
  }
}
