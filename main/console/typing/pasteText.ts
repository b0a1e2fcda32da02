import { pasteEnd, pasteStart, withoutPasteEnd } from './bracketedPaste.ts';
import { enterOf, splitLines } from './lineEndings.ts';
import { pasteByEcho } from './pasteByEcho.ts';
import type { PasteOptions, TypedLine } from './pasteOptions.ts';

/** So much is typed at a time where the board need not be waited for, to be cancelled in between. */
const pieceBytes = 1_024;

/**
 * Types a text at the pace the board bears. Rejects with what `write` rejects with, the signal's reason, or
 * LabError TIMEOUT that says which line was not echoed.
 */
export async function pasteText(options: PasteOptions): Promise<void> {
  const { style, bracketed, write } = options;
  if (!bracketed || !style.bracketedPaste) {
    const lines = typedLines(options.text, enterOf(style));
    // The echo of a bracketed paste comes when it has ended: there is no line to wait for.
    await (style.waitForEcho ? pasteByEcho(lines, options) : pasteByTime(lines, options));
    return;
  }
  const lines = typedLines(withoutPasteEnd(options.text), enterOf(style));
  await write(Buffer.from(pasteStart));
  try {
    await pasteByTime(lines, options);
  } finally {
    // Also when it was cancelled: what the user types next is no paste.
    await write(Buffer.from(pasteEnd));
  }
}

function typedLines(text: string, enter: string): TypedLine[] {
  const lines = splitLines(text);
  return lines
    .map((line, index) => ({ text: line, enter: index < lines.length - 1 ? enter : '' }))
    .filter((line) => line.text !== '' || line.enter !== '');
}

async function pasteByTime(lines: readonly TypedLine[], options: PasteOptions): Promise<void> {
  const { style, write, signal, onProgress, clock } = options;
  if (style.charDelayMs === 0 && style.lineDelayMs === 0) {
    // Cut as bytes: a character of several must not be taken apart into two that are none.
    const bytes = Buffer.from(lines.map((line) => line.text + line.enter).join(''), 'utf8');
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      signal.throwIfAborted();
      onProgress?.(at / bytes.length);
      await write(bytes.subarray(at, at + pieceBytes));
    }
    return;
  }
  for (const [index, line] of lines.entries()) {
    onProgress?.(index / lines.length);
    await typeSlowly(line.text + line.enter, options);
    if (style.lineDelayMs > 0) await clock.sleep(style.lineDelayMs, signal);
  }
}

async function typeSlowly(text: string, { style, write, signal, clock }: PasteOptions): Promise<void> {
  signal.throwIfAborted();
  if (style.charDelayMs === 0) {
    await write(Buffer.from(text, 'utf8'));
    return;
  }
  for (const character of text) {
    await write(Buffer.from(character, 'utf8'));
    await clock.sleep(style.charDelayMs, signal);
  }
}
