import { errnoOf } from '../../base/errno.ts';
import type { IndexRecord, RecordKind } from './indexCodec.ts';
import { readRuns, readRunsBackwards, seekOffset } from './indexFile.ts';
import type { OpenFiles } from './openFiles.ts';
import type { IndexPart } from './segmentStore.ts';

/** What is known of a range of bytes at one moment: on disk, oldest first, and in memory, newer than that. */
export interface IndexSnapshot {
  readonly parts: readonly IndexPart[];
  readonly waiting: readonly IndexRecord[];
}

/**
 * The records about bytes `from` to `to`, both included (what happened at the end of a recording stands at its
 * end offset), ascending. When bytes at `from` arrived before it, the record of that arrival comes first.
 * Memory stays flat. Rejects with the disk's error or the signal's reason.
 */
export async function* readRecords(
  files: OpenFiles,
  snapshot: IndexSnapshot,
  from: number,
  to: number,
  signal?: AbortSignal,
): AsyncGenerator<IndexRecord> {
  const arrival = await findLast(files, snapshot, 'rx', from);
  if (arrival && arrival.offset < from) yield arrival;
  for (const part of snapshot.parts) {
    for await (const records of runsFrom(files, part, from)) {
      signal?.throwIfAborted();
      for (const record of records) {
        if (record.offset > to) return;
        if (record.offset >= from) yield record;
      }
    }
  }
  for (const record of snapshot.waiting) if (record.offset >= from && record.offset <= to) yield record;
}

/** Runs of records that hold every one at or after `from`; the file is taken anew for each. */
async function* runsFrom(files: OpenFiles, part: IndexPart, from: number): AsyncGenerator<IndexRecord[]> {
  const { bytes } = await part.check();
  let at = await unlessGone(files.read(part.indexPath, (file) => seekOffset(file, bytes, from)));
  while (at !== null) {
    const start = at;
    const run = await unlessGone(
      files.read(part.indexPath, async (file) => {
        for await (const next of readRuns(file, start, bytes)) return next;
        return null;
      }),
    );
    if (run) yield run.records;
    at = run?.end ?? null;
  }
}

/**
 * The last record of a kind at or before an offset that `accept` takes, searched from there backwards, so that
 * what happened lately is found soon. null when there is none. Rejects with the disk's error.
 */
export async function findLast(
  files: OpenFiles,
  snapshot: IndexSnapshot,
  kind: RecordKind,
  atOrBefore: number,
  accept: (record: IndexRecord) => boolean = () => true,
): Promise<IndexRecord | null> {
  const isIt = (record: IndexRecord) => record.kind === kind && record.offset <= atOrBefore && accept(record);
  const waiting = snapshot.waiting.findLast(isIt);
  if (waiting) return waiting;
  for (const part of snapshot.parts.toReversed()) {
    const { bytes, kinds } = await part.check();
    if (!kinds.has(kind)) continue;
    const found = await unlessGone(
      files.read(part.indexPath, async (file) => {
        const near = await seekOffset(file, bytes, atOrBefore + 1);
        let last: IndexRecord | undefined;
        for await (const { records } of readRuns(file, near, bytes)) {
          last = records.findLast(isIt) ?? last;
          if (records.some(({ offset }) => offset > atOrBefore)) break;
        }
        if (last) return last;
        for await (const { records } of readRunsBackwards(file, near)) {
          last = records.findLast(isIt);
          if (last) return last;
        }
        return null;
      }),
    );
    if (found) return found;
  }
  return null;
}

/** A segment may be let go of while its index is read: then there is nothing more of it. */
function unlessGone<T>(reading: Promise<T>): Promise<T | null> {
  return reading.catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  });
}
