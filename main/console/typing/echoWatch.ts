import { Emitter } from '../../base/emitter.ts';

const escapeByte = 0x1b;
const cr = 0x0d;
const lf = 0x0a;
/** What is looked through for an echo; other output of a board between two pieces is seldom longer. */
const maxHeard = 4_096;

/**
 * Tells whether the board has echoed what was typed last. Spaces, tabs and line breaks are left out of the
 * comparison, for a board wraps lines and turns tabs into spaces as it likes; escape sequences are passed over.
 */
export class EchoWatch {
  readonly #advanced = new Emitter<void>();
  #wanted = '';
  #wantsBreak = false;
  #heard = '';
  #heardBreak = false;
  /** How much of it came in order, whatever stood in between. */
  #inOrder = 0;
  #sequence: 'none' | 'escape' | 'control' = 'none';
  /** The board printed. */
  readonly onDidHear = this.#advanced.event;

  /** These bytes are typed now. Control characters are echoed in many ways, so they are not waited for. */
  expect(bytes: Uint8Array): void {
    this.#begin(String.fromCharCode(...bytes.filter(isVisible)), false);
  }

  /** Enter is typed now: some line break has to come. */
  expectBreak(): void {
    this.#begin('', true);
  }

  /** It came back in one piece. */
  get came(): boolean {
    return (!this.#wantsBreak || this.#heardBreak) && this.#heard.includes(this.#wanted);
  }

  /** It came back with other output in between, or other output looks like it. */
  get mayHaveCome(): boolean {
    return (!this.#wantsBreak || this.#heardBreak) && this.#inOrder >= this.#wanted.length;
  }

  /** How many visible bytes are missing yet. */
  get missing(): number {
    return this.#wanted.length - this.#inOrder;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#skipsSequence(byte)) continue;
      if (byte === cr || byte === lf) this.#heardBreak = true;
      if (isVisible(byte)) this.#hear(byte);
    }
    this.#advanced.fire();
  }

  #begin(wanted: string, wantsBreak: boolean): void {
    this.#wanted = wanted;
    this.#wantsBreak = wantsBreak;
    this.#heard = '';
    this.#heardBreak = false;
    this.#inOrder = 0;
  }

  #hear(byte: number): void {
    this.#heard += String.fromCharCode(byte);
    if (this.#heard.length > 2 * maxHeard) this.#heard = this.#heard.slice(-maxHeard);
    if (this.#wanted.charCodeAt(this.#inOrder) === byte) this.#inOrder += 1;
  }

  #skipsSequence(byte: number): boolean {
    if (byte === escapeByte) {
      this.#sequence = 'escape';
      return true;
    }
    if (this.#sequence === 'none') return false;
    if (this.#sequence === 'escape') this.#sequence = byte === 0x5b ? 'control' : 'none';
    else if (byte >= 0x40 && byte <= 0x7e) this.#sequence = 'none';
    return true;
  }
}

function isVisible(byte: number): boolean {
  return byte > 0x20 && byte !== 0x7f;
}
