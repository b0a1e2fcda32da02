import { closeSync, openSync, readSync } from 'node:fs';
import { errnoOf } from '../../base/errno.ts';

/** A file with a part of the bytes, as Recorder.segments() has them. */
export interface SearchedFile {
  readonly path: string;
  readonly fromOffset: number;
  readonly bytes: number;
}

export interface LineBlock {
  /** Of the first byte. */
  readonly offset: number;
  /** Whole lines, or a piece of an endless one. Valid until the next block is asked for. */
  readonly lines: Buffer;
  /** Matches that begin from here on are found again, with more around them, in the next block. */
  readonly freshBytes: number;
}

const blockBytes = 256 * 1024;
/** A line longer than this is searched in pieces that overlap: memory stays flat whatever a board prints. */
const longestLineBytes = 64 * 1024;
const overlapBytes = 4 * 1024;
const newline = 0x0a;

/**
 * The bytes `from` to `to` in blocks of whole lines. Files that are gone by now are passed over. Reads synchronously,
 * which is the fastest way for a thread that has nothing else to do. Throws the disk's error.
 */
export function* readLineBlocks(
  files: readonly SearchedFile[],
  from: number,
  to: number,
): Generator<LineBlock> {
  const buffer = Buffer.allocUnsafeSlow(longestLineBytes + overlapBytes + blockBytes);
  let held = 0;
  let endOffset = from;
  for (const { path, fromOffset, bytes } of files) {
    const start = Math.max(from, fromOffset);
    const stop = Math.min(to, fromOffset + bytes);
    if (start >= stop) continue;
    const file = openIfThere(path);
    if (file === null) continue;
    try {
      // What was held of before a hole does not belong to what comes after it.
      if (start !== endOffset && held > 0) yield last(buffer, held, endOffset);
      if (start !== endOffset) held = 0;
      for (endOffset = start; endOffset < stop; ) {
        const length = Math.min(blockBytes, stop - endOffset);
        const bytesRead = readSync(file, buffer, held, length, endOffset - fromOffset);
        if (bytesRead === 0) break;
        endOffset += bytesRead;
        const filled = held + bytesRead;
        const cut = cutAt(buffer.subarray(0, filled));
        if (cut.yielded > 0)
          yield {
            offset: endOffset - filled,
            lines: buffer.subarray(0, cut.yielded),
            freshBytes: cut.kept,
          };
        buffer.copyWithin(0, cut.kept, filled);
        held = filled - cut.kept;
      }
    } finally {
      closeSync(file);
    }
  }
  if (held > 0) yield last(buffer, held, endOffset);
}

function last(buffer: Buffer, held: number, endOffset: number): LineBlock {
  return { offset: endOffset - held, lines: buffer.subarray(0, held), freshBytes: held };
}

/** How much can be searched now, and from where on it is kept for the next block. */
function cutAt(filled: Buffer): { yielded: number; kept: number } {
  const lineEnd = filled.lastIndexOf(newline) + 1;
  if (filled.length - lineEnd <= longestLineBytes) return { yielded: lineEnd, kept: lineEnd };
  return { yielded: filled.length, kept: filled.length - overlapBytes };
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
