const sentBytes = /Bytes Sent:\s*(\d+)/;
const sentBlocks = /sectors\/kbytes sent:\s*\d+\/\s*(\d+)k/;
const maxLineLength = 1_000;

/** Reads how far lrzsz is from what `-vv` prints on stderr; its lines end with CR while they are counting. */
export class TransferProgress {
  readonly #sizeBytes: number;
  readonly #onProgress: (done: number) => void;
  readonly #onLog: (text: string) => void;
  #rest = '';
  #lastWords = '';

  constructor(sizeBytes: number, onProgress: (done: number) => void, onLog: (text: string) => void) {
    this.#sizeBytes = sizeBytes;
    this.#onProgress = onProgress;
    this.#onLog = onLog;
  }

  /** The last line that was no counting. */
  get lastWords(): string {
    return this.#lastWords;
  }

  push(bytes: Uint8Array): void {
    const lines = (this.#rest + Buffer.from(bytes).toString('latin1')).split(/[\r\n]+/);
    this.#rest = (lines.pop() ?? '').slice(-maxLineLength);
    let done = -1;
    for (const line of lines) {
      const counted = countedBytes(line);
      if (counted !== null) done = counted;
      else if (line.trim() !== '') this.#say(line.trim());
    }
    if (done >= 0) this.#onProgress(this.#sizeBytes === 0 ? 0 : Math.min(1, done / this.#sizeBytes));
  }

  #say(line: string): void {
    this.#lastWords = line;
    this.#onLog(line);
  }
}

function countedBytes(line: string): number | null {
  const bytes = sentBytes.exec(line)?.[1];
  if (bytes !== undefined) return Number(bytes);
  const kilobytes = sentBlocks.exec(line)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
