import { type FileHandle, open, rename } from 'node:fs/promises';
import { errnoOf } from '../../base/errno.ts';
import { encodeRecord, type IndexRecord, indexHeader, type RecordKind } from './indexCodec.ts';
import { readRuns } from './indexFile.ts';
import type { Segment } from './segmentFiles.ts';

export interface MendedIndex {
  readonly file: FileHandle;
  readonly bytes: number;
  /** Which kinds of records are in it, so that a search for a rare kind can pass it over. */
  readonly kinds: Set<RecordKind>;
  /** What had to be mended, for people; null when all was well. */
  readonly repaired: string | null;
}

/** A crash leaves at most this much half-written behind the last good record; more of it is damage. */
const tornBytes = 64 * 1024;

/**
 * Opens the index of a segment and mends what a crash left of it: a torn tail, and whatever speaks of bytes that
 * never reached the disk, is cut off; a missing one is begun anew over all bytes; one that is damaged elsewhere
 * is kept beside, and what is intact of it goes to a new one. Memory stays flat. Rejects with the disk's error.
 */
export async function mendIndex(segment: Segment, nowMs: number): Promise<MendedIndex> {
  const { indexPath } = segment;
  // Not 'a': the torn tail is overwritten in place.
  const file = await openOrBegin(indexPath);
  try {
    const { size } = await file.stat();
    if (size < indexHeader.length) {
      const text = segment.bytes > 0 ? 'the index was missing and was rebuilt' : null;
      return { file, ...(await rewrite(file, segment, [], text)), repaired: text };
    }
    const scan = await scanIndex(file, size, segment.fromOffset + segment.bytes);
    if (!scan.damaged) {
      const cut = size - scan.bytes;
      if (cut > 0) await file.truncate(scan.bytes);
      const repaired = cut > 0 ? `${cut} bytes of the index were torn and cut off` : null;
      return { file, bytes: scan.bytes, kinds: scan.kinds, repaired };
    }
    const aside = `${indexPath}.damaged-${new Date(nowMs).toISOString().replace(/[:.]/g, '-')}`;
    await rename(indexPath, aside);
    const text = `the index was damaged and rebuilt; the old one is ${aside}`;
    const fresh = await open(indexPath, 'w+', 0o600);
    const written = await rewrite(fresh, segment, intact(file, size, segment), text);
    await file.close();
    return { file: fresh, ...written, repaired: text };
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
}

/** Only an index that is not there is begun: one that merely cannot be opened now would be emptied. */
export async function openOrBegin(path: string, openFile: typeof open = open): Promise<FileHandle> {
  try {
    return await openFile(path, 'r+');
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return await openFile(path, 'w+', 0o600);
  }
}

interface Scan {
  readonly bytes: number;
  readonly kinds: Set<RecordKind>;
  readonly damaged: boolean;
}

async function scanIndex(file: FileHandle, size: number, endOffset: number): Promise<Scan> {
  const kinds = new Set<RecordKind>();
  const head = Buffer.alloc(indexHeader.length);
  await file.read(head, 0, head.length, 0);
  if (!head.equals(indexHeader)) return { bytes: 0, kinds, damaged: true };
  let at = indexHeader.length;
  for await (const run of readRuns(file, at, size)) {
    if (run.at !== at) return { bytes: at, kinds, damaged: true };
    for (const record of run.records) {
      // Power went before these raw bytes reached the disk: nothing from this record on can be true.
      if (record.offset > endOffset) {
        const kept = run.records.slice(0, run.records.indexOf(record));
        return { bytes: at + encodedBytes(kept), kinds, damaged: false };
      }
      kinds.add(record.kind);
    }
    at = run.end;
  }
  return { bytes: at, kinds, damaged: size - at > tornBytes };
}

function encodedBytes(records: readonly IndexRecord[]): number {
  return records.reduce((sum, record) => sum + encodeRecord(record).length, 0);
}

/** What is intact of a damaged index, as long as it goes forward and speaks of bytes that are there. */
async function* intact(file: FileHandle, size: number, segment: Segment): AsyncGenerator<IndexRecord[]> {
  let last = segment.fromOffset;
  for await (const { records } of readRuns(file, 0, size)) {
    const sound: IndexRecord[] = [];
    for (const record of records) {
      if (record.offset < last || record.offset > segment.fromOffset + segment.bytes) continue;
      sound.push(record);
      last = record.offset;
    }
    yield sound;
  }
}

/** Bytes whose times are lost get the time of the last of them; `text` becomes a mark behind them. */
async function rewrite(
  file: FileHandle,
  segment: Segment,
  kept: AsyncIterable<IndexRecord[]> | Iterable<IndexRecord[]>,
  text: string | null,
): Promise<{ bytes: number; kinds: Set<RecordKind> }> {
  const { fromOffset, lastByteAtMs } = segment;
  const kinds = new Set<RecordKind>();
  let at = 0;
  const put = async (bytes: Buffer, records: readonly IndexRecord[] = []) => {
    await file.write(bytes, 0, bytes.length, at);
    at += bytes.length;
    for (const { kind } of records) kinds.add(kind);
  };
  const putRecords = (records: readonly IndexRecord[]) =>
    put(Buffer.concat(records.map(encodeRecord)), records);
  await put(indexHeader);
  if (segment.bytes > 0)
    await putRecords([{ kind: 'rx', timeMs: lastByteAtMs, offset: fromOffset, payload: null }]);
  for await (const records of kept) await putRecords(records);
  if (text !== null)
    await putRecords([
      { kind: 'mark', timeMs: lastByteAtMs, offset: fromOffset + segment.bytes, payload: { text } },
    ]);
  return { bytes: at, kinds };
}
