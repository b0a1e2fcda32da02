import type { ConsoleId, ConsoleSnapshot } from '../contract/index.ts';
import type { Recorder } from './recording/recorder.ts';

/** The last `maxBytes` of a recording at most, begun at a line's start where there is one. */
export async function readSnapshot(
  consoleId: ConsoleId,
  recorder: Recorder,
  maxBytes: number,
): Promise<ConsoleSnapshot> {
  const endOffset = recorder.endOffset;
  const from = Math.max(recorder.startOffset, endOffset - maxBytes);
  const bytes = await readRange(recorder, from, endOffset);
  const newline = from === recorder.startOffset ? -1 : bytes.indexOf(0x0a);
  const start = newline + 1;
  return {
    consoleId,
    fromOffset: from + start,
    endOffset: from + bytes.length,
    base64: Buffer.from(bytes.subarray(start)).toString('base64'),
  };
}

async function readRange(recorder: Recorder, from: number, to: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let at = from; at < to; ) {
    const part = await recorder.read(at, to - at);
    if (part.length === 0) break;
    parts.push(part);
    at += part.length;
  }
  return Buffer.concat(parts);
}
