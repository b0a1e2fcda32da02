import type { FileHandle } from 'node:fs/promises';
import {
  decodeRecords,
  findRecord,
  type IndexRecord,
  indexHeader,
  longestRecordBytes,
} from './indexCodec.ts';

/** Records that follow one another without damage; `at` and `end` are positions in the index file. */
export interface IndexRun {
  readonly at: number;
  readonly end: number;
  readonly records: IndexRecord[];
}

// Short enough that decoding one does not hold up the event loop, long enough for any record.
const blockBytes = 2 * longestRecordBytes;

/**
 * The records of an index file from position `from` up to `size`, in runs. What is damaged or torn is passed
 * over: it shows as a gap between one run's `end` and the next one's `at`. Memory stays flat.
 */
export async function* readRuns(file: FileHandle, from: number, size: number): AsyncGenerator<IndexRun> {
  for (let at = Math.max(from, indexHeader.length); at < size; ) {
    const block = await readBlock(file, at, size);
    if (block.length === 0) return;
    const start = findRecord(block, 0);
    if (start < 0) {
      // The overlap is for a record that begins in this block and ends in the next.
      at += at + block.length >= size ? block.length : block.length - longestRecordBytes;
      continue;
    }
    const { records, validBytes } = decodeRecords(block.subarray(start));
    yield { at: at + start, end: at + start + validBytes, records };
    at += start + validBytes;
  }
}

/** The same from `size` down to the beginning: the last run first, records within a run still ascending. */
export async function* readRunsBackwards(file: FileHandle, size: number): AsyncGenerator<IndexRun> {
  for (let end = size; end > indexHeader.length; ) {
    const from = Math.max(indexHeader.length, end - blockBytes);
    const runs: IndexRun[] = [];
    for await (const run of readRuns(file, from, end)) runs.push(run);
    yield* runs.reverse();
    const first = runs.at(-1);
    if (from === indexHeader.length) return;
    end = first ? first.at : from + longestRecordBytes;
  }
}

/** A position from which reading forward meets every record at or after `offset`, found by bisection. */
export async function seekOffset(file: FileHandle, size: number, offset: number): Promise<number> {
  let low = indexHeader.length;
  let high = size;
  while (high - low > blockBytes) {
    const middle = Math.floor((low + high) / 2);
    const block = await readBlock(file, middle, high);
    const start = findRecord(block, 0);
    const first = start < 0 ? undefined : decodeRecords(block.subarray(start)).records[0];
    if (first !== undefined && first.offset < offset) low = middle + start;
    else high = middle;
  }
  return low;
}

async function readBlock(file: FileHandle, at: number, size: number): Promise<Buffer> {
  const block = Buffer.allocUnsafe(Math.min(blockBytes, size - at));
  const { bytesRead } = await file.read(block, 0, block.length, at);
  return block.subarray(0, bytesRead);
}
