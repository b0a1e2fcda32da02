import { LabError } from '../../contract/labError.ts';
import { EchoWatch } from './echoWatch.ts';
import type { PasteOptions, TypedLine } from './pasteOptions.ts';

/**
 * So many bytes are typed ahead of their echo. An echo proves that the board has read; what it has not read waits in
 * its UART's FIFO, which is 16 bytes in a 16550, and what does not fit there is lost.
 */
const aheadBytes = 16;
/** A board may be busy with the command before, erasing flash for one. */
const echoWithinMs = 10_000;
/** An echo torn by other output counts once the board has been silent for so long. */
const quietMs = 100;

/**
 * Types line by line, never more than a UART's FIFO ahead of the echo, and each line only once the one before has
 * come back whole. Rejects like `pasteText`.
 */
export async function pasteByEcho(lines: readonly TypedLine[], options: PasteOptions): Promise<void> {
  const { style, signal, clock, onProgress } = options;
  const echo = new EchoWatch();
  const listening = options.onDidReceive((bytes) => echo.push(bytes));
  try {
    for (const [index, line] of lines.entries()) {
      onProgress?.(index / lines.length);
      const typed = await typeLine(line, echo, options);
      if (!typed.whole) throw notEchoed(lines, index, typed.sentBytes, echo.missing);
      if (style.lineDelayMs > 0) await clock.sleep(style.lineDelayMs, signal);
    }
  } finally {
    listening.dispose();
  }
}

async function typeLine(
  line: TypedLine,
  echo: EchoWatch,
  options: PasteOptions,
): Promise<{ readonly whole: boolean; readonly sentBytes: number }> {
  const { style, write, signal, clock } = options;
  const bytes = Buffer.from(line.text, 'utf8');
  const pieceBytes = style.charDelayMs > 0 ? 1 : aheadBytes;
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes);
    echo.expect(piece);
    await write(piece);
    if (!(await echoed(echo, options))) return { whole: false, sentBytes: at + piece.length };
    if (style.charDelayMs > 0) await clock.sleep(style.charDelayMs, signal);
  }
  if (line.enter === '') return { whole: true, sentBytes: bytes.length };
  echo.expectBreak();
  await write(Buffer.from(line.enter));
  return { whole: await echoed(echo, options), sentBytes: bytes.length };
}

/** Resolves with true once what was typed has come back, with false when it has not for too long. */
async function echoed(echo: EchoWatch, { signal, clock }: PasteOptions): Promise<boolean> {
  signal.throwIfAborted();
  if (echo.came) return true;
  let heardMs = clock.nowMs();
  const over = new AbortController();
  const came = new Promise<true>((resolve, reject) => {
    const listening = echo.onDidHear(() => {
      heardMs = clock.nowMs();
      if (echo.came) resolve(true);
    });
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    over.signal.addEventListener('abort', () => {
      listening.dispose();
      signal.removeEventListener('abort', onAbort);
    });
  });
  const untilMs = clock.nowMs() + echoWithinMs;
  const late = (async () => {
    while (clock.nowMs() < untilMs) {
      await clock.sleep(quietMs, over.signal);
      if (echo.mayHaveCome && clock.nowMs() - heardMs >= quietMs) return true;
    }
    return echo.mayHaveCome;
  })();
  // The one that comes second is nobody's failure.
  late.catch(() => {});
  try {
    return await Promise.race([came, late]);
  } finally {
    over.abort();
  }
}

function notEchoed(lines: readonly TypedLine[], index: number, sentBytes: number, missing: number): LabError {
  const line = index + 1;
  const after = lines.length - line;
  return new LabError(
    'TIMEOUT',
    `The board did not echo line ${line} within ${echoWithinMs / 1000} s. ` +
      `Typed: ${index} of ${lines.length} lines whole, and of line ${line} its first ${sentBytes} bytes. ` +
      `Not typed: the rest of line ${line}${after > 0 ? ` and the ${after} after it` : ''}`,
    {
      hint: 'See whether the board waits for input. If it does not echo, switch waiting for the echo off.',
      details: { line, wholeLines: index, sentBytesOfLine: sentBytes, bytesWithoutEcho: missing },
    },
  );
}
