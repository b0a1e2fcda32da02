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
      if (typed.whole) {
        if (style.lineDelayMs > 0) await clock.sleep(style.lineDelayMs, signal);
        continue;
      }
      throw notEchoed(lines, index, typed.sentBytes, echo.missing);
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
  const step = style.charDelayMs > 0 ? 1 : aheadBytes;
  const bytes = Buffer.from(line.text, 'utf8');
  for (let at = 0; at < bytes.length; ) {
    if (!(await waitUntilMissing(echo, aheadBytes - 1, options))) return { whole: false, sentBytes: at };
    const piece = bytes.subarray(at, at + Math.min(step, aheadBytes - echo.missing));
    echo.expect(piece, false);
    await write(piece);
    at += piece.length;
    if (style.charDelayMs > 0) await clock.sleep(style.charDelayMs, signal);
  }
  if (line.enter !== '') {
    // The characters first: the line break a board prints by itself is not the echo of ours.
    if (!(await waitUntilMissing(echo, 0, options))) return { whole: false, sentBytes: bytes.length };
    echo.expect(Buffer.alloc(0), true);
    await write(Buffer.from(line.enter));
  }
  return { whole: await waitUntilMissing(echo, 0, options), sentBytes: bytes.length };
}

/** Resolves with true once at most `most` bytes are out, with false when nothing came back for too long. */
async function waitUntilMissing(echo: EchoWatch, most: number, options: PasteOptions): Promise<boolean> {
  const { signal, clock } = options;
  signal.throwIfAborted();
  if (echo.missing <= most) return true;
  let advancedMs = clock.nowMs();
  const over = new AbortController();
  const came = new Promise<true>((resolve, reject) => {
    const listening = echo.onDidAdvance(() => {
      advancedMs = clock.nowMs();
      if (echo.missing <= most) resolve(true);
    });
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    over.signal.addEventListener('abort', () => {
      listening.dispose();
      signal.removeEventListener('abort', onAbort);
    });
  });
  const late = (async () => {
    for (let leftMs = echoWithinMs; leftMs > 0; leftMs = advancedMs + echoWithinMs - clock.nowMs())
      await clock.sleep(leftMs, over.signal);
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

function notEchoed(lines: readonly TypedLine[], index: number, sentBytes: number, missing: number): LabError {
  const line = index + 1;
  const left = lines.length - index;
  return new LabError(
    'TIMEOUT',
    `The board did not echo line ${line} within ${echoWithinMs / 1000} s. ` +
      `Typed: ${index} of ${lines.length} lines whole, and of line ${line} its first ${sentBytes} bytes ` +
      `(${missing} without echo). Not typed: the rest of line ${line}${left > 1 ? ` and the ${left - 1} after it` : ''}`,
    {
      hint: 'See whether the board waits for input. If it does not echo, switch waiting for the echo off.',
      details: { line, wholeLines: index, sentBytesOfLine: sentBytes, bytesWithoutEcho: missing },
    },
  );
}
