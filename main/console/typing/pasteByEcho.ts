import { LabError } from '../../contract/labError.ts';
import { EchoWatch } from './echoWatch.ts';
import type { PasteOptions, TypedLine } from './pasteOptions.ts';

/**
 * While a board may be busy, so many bytes wait in its UART's FIFO until it reads: 16 in a 16550, and what does not
 * fit is lost. Their echo proves that it reads again.
 */
const fifoBytes = 16;
/** A board may be busy with the command before, erasing flash for one. */
const echoWithinMs = 10_000;
/** An echo torn by other output counts once the board has been silent for so long, and its prompt is late. */
const quietMs = 100;

/**
 * Types line by line, each only once the one before has come back whole. A line is typed at once where the board
 * shows the prompt it had before; where it does not, its first bytes go ahead, no more than a FIFO holds, until
 * their echo comes. Rejects like `pasteText`.
 */
export async function pasteByEcho(lines: readonly TypedLine[], options: PasteOptions): Promise<void> {
  const { style, signal, clock, onProgress } = options;
  const typist = new EchoTypist(options);
  const listening = options.onDidReceive((bytes) => typist.echo.push(bytes));
  try {
    for (const [index, line] of lines.entries()) {
      onProgress?.(index / lines.length);
      if (!(await typist.type(line))) throw notEchoed(lines, index, typist);
      if (style.lineDelayMs > 0) await clock.sleep(style.lineDelayMs, signal);
    }
  } finally {
    listening.dispose();
  }
}

class EchoTypist {
  readonly echo = new EchoWatch();
  /** Of the present line. */
  typedBytes = 0;
  readonly #options: PasteOptions;
  /** What stood before the last line: a board that shows it again reads again. */
  #prompt = '';

  constructor(options: PasteOptions) {
    this.#options = options;
  }

  /** False when the line, or a part of it, did not come back in time. */
  async type(line: TypedLine): Promise<boolean> {
    const bytes = Buffer.from(line.text, 'utf8');
    this.typedBytes = 0;
    const ahead = (await this.#isAtPrompt()) ? 0 : Math.min(fifoBytes, bytes.length);
    if (ahead > 0) {
      const piece = bytes.subarray(0, ahead);
      this.echo.expect(piece, false);
      await this.#write(piece);
      if (!(await this.#echoed())) return false;
      const shown = this.echo.line;
      this.#prompt = shown.endsWith(piece.toString('latin1')) ? shown.slice(0, -ahead) : '';
    }
    const rest = bytes.subarray(ahead);
    this.echo.expect(rest, line.enter !== '');
    await this.#write(Buffer.concat([rest, Buffer.from(line.enter)]));
    return await this.#echoed();
  }

  async #write(bytes: Buffer): Promise<void> {
    const { style, write, signal, clock } = this.#options;
    const step = style.charDelayMs > 0 ? 1 : bytes.length;
    for (let at = 0; at < bytes.length; at += step) {
      await write(bytes.subarray(at, at + step));
      this.typedBytes += step;
      if (style.charDelayMs > 0) await clock.sleep(style.charDelayMs, signal);
    }
  }

  #isAtPrompt(): Promise<boolean> {
    if (this.#prompt === '') return Promise.resolve(false);
    return this.#hears(
      () => this.echo.line === this.#prompt,
      (silentMs) => silentMs >= quietMs,
    );
  }

  async #echoed(): Promise<boolean> {
    const { echo } = this;
    const came = await this.#hears(
      () => echo.came,
      (silentMs, waitedMs) => waitedMs >= echoWithinMs || (echo.mayHaveCome && silentMs >= quietMs),
    );
    return came || echo.mayHaveCome;
  }

  /** Waits for the board to print what makes `done` true; resolves with false when `givesUp` says so. */
  async #hears(
    done: () => boolean,
    givesUp: (silentMs: number, waitedMs: number) => boolean,
  ): Promise<boolean> {
    const { signal, clock } = this.#options;
    signal.throwIfAborted();
    if (done()) return true;
    const sinceMs = clock.nowMs();
    let heardMs = sinceMs;
    const over = new AbortController();
    const came = new Promise<boolean>((resolve, reject) => {
      const listening = this.echo.onDidHear(() => {
        heardMs = clock.nowMs();
        if (done()) resolve(true);
      });
      const onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      over.signal.addEventListener('abort', () => {
        listening.dispose();
        signal.removeEventListener('abort', onAbort);
      });
    });
    const late = (async () => {
      while (!givesUp(clock.nowMs() - heardMs, clock.nowMs() - sinceMs))
        await clock.sleep(quietMs, over.signal);
      return false;
    })();
    // The one that comes second is nobody's failure.
    late.catch(() => {});
    try {
      return await Promise.race([came, late]);
    } finally {
      over.abort();
    }
  }
}

function notEchoed(lines: readonly TypedLine[], index: number, { typedBytes, echo }: EchoTypist): LabError {
  const line = index + 1;
  const after = lines.length - line;
  return new LabError(
    'TIMEOUT',
    `The board did not echo line ${line} within ${echoWithinMs / 1000} s. ` +
      `Typed: ${index} of ${lines.length} lines whole, and of line ${line} its first ${typedBytes} bytes. ` +
      `Not typed: the rest of line ${line}${after > 0 ? ` and the ${after} after it` : ''}`,
    {
      hint: 'See whether the board waits for input. If it does not echo, switch waiting for the echo off.',
      details: { line, wholeLines: index, sentBytesOfLine: typedBytes, bytesWithoutEcho: echo.missing },
    },
  );
}
