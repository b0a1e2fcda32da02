/** What a program that asked for it gets around a paste, so that nothing in it is taken for a command. */
export const pasteStart = '\x1b[200~';
export const pasteEnd = '\x1b[201~';

const mode = '\x1b[?2004';
const on = 0x68;
const off = 0x6c;

/** Whether a board's program has asked for bracketed paste (xterm's private mode 2004). Fed with all it prints. */
export class BracketedPasteMode {
  #wanted = false;
  /** The end of the last chunk, where the sequence may have begun. */
  #rest: Buffer = Buffer.alloc(0);

  get wanted(): boolean {
    return this.#wanted;
  }

  push(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const seam = Buffer.concat([this.#rest, chunk.subarray(0, mode.length)]);
    this.#take(seam);
    this.#take(chunk);
    this.#rest = Buffer.from(
      chunk.length < mode.length ? seam.subarray(-mode.length) : chunk.subarray(-mode.length),
    );
  }

  /** The program is gone: the board restarted. */
  reset(): void {
    this.#wanted = false;
    this.#rest = Buffer.alloc(0);
  }

  #take(bytes: Buffer): void {
    for (let at = bytes.lastIndexOf(mode); at >= 0; at = at > 0 ? bytes.lastIndexOf(mode, at - 1) : -1) {
      const letter = bytes[at + mode.length];
      if (letter !== on && letter !== off) continue;
      this.#wanted = letter === on;
      return;
    }
  }
}

/** A text without the marker that would end its paste early, and let the rest be taken for typed commands. */
export function withoutPasteEnd(text: string): string {
  let clean = text;
  // Taking one out may put another together.
  while (clean.includes(pasteEnd)) clean = clean.replaceAll(pasteEnd, '');
  return clean;
}
