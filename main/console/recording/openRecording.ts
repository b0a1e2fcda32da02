import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeRecords, encodeRecord, type IndexRecord, indexHeader } from './indexCodec.ts';

export interface RecordingFiles {
  readonly raw: FileHandle;
  readonly index: FileHandle;
  /** Bytes already in the raw file: the offset the next one gets. */
  readonly endOffset: number;
  readonly indexBytes: number;
  /** What had to be mended, for people; null when all was well. */
  readonly repaired: string | null;
}

const blockBytes = 1024 * 1024;

/**
 * Opens (or begins) the two files of a recording and mends what a crash left: the raw bytes are the truth and
 * are never cut; the index loses its torn tail and whatever speaks of bytes that never reached the disk. An
 * index that is damaged in the middle is kept beside, and a new one is begun that covers all bytes.
 */
export async function openRecording(basePath: string, nowMs: number): Promise<RecordingFiles> {
  await mkdir(dirname(basePath), { recursive: true, mode: 0o700 });
  const raw = await open(`${basePath}.raw`, 'a+', 0o600);
  try {
    const { size, mtimeMs } = await raw.stat();
    const index = await openIndex(`${basePath}.idx`, size, mtimeMs, nowMs);
    return { raw, endOffset: size, ...index };
  } catch (error) {
    await raw.close();
    throw error;
  }
}

interface OpenIndex {
  readonly index: FileHandle;
  readonly indexBytes: number;
  readonly repaired: string | null;
}

async function openIndex(
  path: string,
  rawBytes: number,
  rawMtimeMs: number,
  nowMs: number,
): Promise<OpenIndex> {
  // Not 'a': the torn tail is overwritten in place.
  const index = await open(path, 'r+', 0o600).catch(() => open(path, 'w+', 0o600));
  const { size } = await index.stat();
  if (size === 0) {
    if (rawBytes > 0)
      return await rebuild(index, rawBytes, rawMtimeMs, 'the index was missing and was rebuilt');
    await index.write(indexHeader, 0, indexHeader.length, 0);
    return { index, indexBytes: indexHeader.length, repaired: null };
  }
  const scan = await scanIndex(index, size, rawBytes);
  if (scan.damaged) {
    await index.close();
    const aside = `${path}.damaged-${new Date(nowMs).toISOString().replace(/[:.]/g, '-')}`;
    await rename(path, aside);
    const fresh = await open(path, 'w+', 0o600);
    return await rebuild(
      fresh,
      rawBytes,
      rawMtimeMs,
      `the index was damaged and rebuilt; the old one is ${aside}`,
    );
  }
  if (scan.validBytes < size) await index.truncate(scan.validBytes);
  const cut = size - scan.validBytes;
  return {
    index,
    indexBytes: scan.validBytes,
    repaired: cut > 0 ? `${cut} bytes of the index were torn and cut off` : null,
  };
}

/** One rx record over all bytes (their times are lost) and a mark that says so. */
async function rebuild(
  index: FileHandle,
  rawBytes: number,
  timeMs: number,
  text: string,
): Promise<OpenIndex> {
  const records: IndexRecord[] = [
    { kind: 'rx', timeMs, offset: 0, payload: null },
    { kind: 'mark', timeMs, offset: rawBytes, payload: { text } },
  ];
  const bytes = Buffer.concat([indexHeader, ...records.map(encodeRecord)]);
  await index.write(bytes, 0, bytes.length, 0);
  return { index, indexBytes: bytes.length, repaired: text };
}

/** Walks the whole index in blocks, so that memory stays flat however long the board has talked. */
async function scanIndex(
  index: FileHandle,
  size: number,
  rawBytes: number,
): Promise<{ validBytes: number; damaged: boolean }> {
  const head = Buffer.alloc(indexHeader.length);
  await index.read(head, 0, head.length, 0);
  if (!head.equals(indexHeader)) return { validBytes: 0, damaged: true };
  let at = indexHeader.length;
  while (at < size) {
    const block = Buffer.alloc(Math.min(blockBytes, size - at));
    await index.read(block, 0, block.length, at);
    const { records, validBytes, damaged } = decodeRecords(block);
    const beyond = records.findIndex((record) => record.offset > rawBytes);
    if (beyond >= 0) {
      // Power went before these raw bytes reached the disk: nothing after this record can be true.
      const kept = records.slice(0, beyond).reduce((sum, record) => sum + encodeRecord(record).length, 0);
      return { validBytes: at + kept, damaged: false };
    }
    // A crash leaves zeros or half a record at the end; damage anywhere else is not ours to cut away.
    if (damaged) return { validBytes: at + validBytes, damaged: size - (at + validBytes) > blockBytes / 16 };
    if (validBytes === 0) return { validBytes: at, damaged: false };
    at += validBytes;
  }
  return { validBytes: at, damaged: false };
}
