import { Emitter } from '../../base/emitter.ts';

const escapeByte = 0x1b;
const cr = 0x0d;
const lf = 0x0a;
/** What is looked through for an echo: other output of a board in between is seldom longer. */
const minHeard = 4_096;
const maxLine = 512;

/**
 * Tells whether the board has echoed what was typed last. Spaces, tabs and line breaks are left out of the
 * comparison, for a board wraps lines and turns tabs into spaces as it likes; escape sequences are passed over.
 */
export class EchoWatch {
  readonly #heardSome = new Emitter<void>();
  #wanted = '';
  #wantsBreak = false;
  #heard = '';
  #heardBreak = false;
  /** How much of it came in order, whatever stood in between. */
  #inOrder = 0;
  #line = '';
  #sequence: 'none' | 'escape' | 'control' = 'none';
  /** The board printed. */
  readonly onDidHear = this.#heardSome.event;

  /**
   * These bytes are typed now, and Enter where `enter` says so. Control characters are echoed in many ways, so they
   * are not waited for; of Enter, some line break behind the rest.
   */
  expect(bytes: Uint8Array, enter: boolean): void {
    this.#wanted = Buffer.from(bytes.filter(isVisible)).toString('latin1');
    this.#wantsBreak = enter;
    this.#heard = '';
    this.#heardBreak = false;
    this.#inOrder = 0;
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

  /** The line the cursor is on, one latin1 character a byte. */
  get line(): string {
    return this.#line;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) if (!this.#skipsSequence(byte)) this.#take(byte);
    this.#heardSome.fire();
  }

  #take(byte: number): void {
    if (byte === cr || byte === lf) {
      this.#line = '';
      if (this.#inOrder >= this.#wanted.length) this.#heardBreak = true;
    } else if (byte >= 0x20 && this.#line.length < maxLine) this.#line += String.fromCharCode(byte);
    if (!isVisible(byte)) return;
    this.#heard += String.fromCharCode(byte);
    const most = Math.max(minHeard, 2 * this.#wanted.length);
    if (this.#heard.length > 2 * most) this.#heard = this.#heard.slice(-most);
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
