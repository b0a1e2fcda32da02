import { StringDecoder } from 'node:string_decoder';

/** A line that never ends is handed on in pieces of this many characters. */
const longestLine = 16_384;

/** Cuts a stream of UTF-8 into lines. What a carriage return wrote over counts as a line of its own. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(bytes: Uint8Array): void {
    const parts = (this.#rest + this.#decoder.write(Buffer.from(bytes))).split(/\r?\n|\r(?!$)/);
    this.#rest = parts.pop() ?? '';
    for (const line of parts) this.#emit(line);
    while (this.#rest.length > longestLine) {
      this.#onLine(this.#rest.slice(0, longestLine));
      this.#rest = this.#rest.slice(longestLine);
    }
  }

  /** No more comes. */
  end(): void {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    this.#emit(rest.replace(/\r$/, ''));
  }

  #emit(line: string): void {
    if (line !== '') this.#onLine(line);
  }
}
