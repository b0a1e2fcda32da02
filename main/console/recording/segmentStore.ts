import { errnoOf } from '../../base/errno.ts';
import type { RecordKind } from './indexCodec.ts';
import { mendIndex } from './mendIndex.ts';
import { OpenFiles } from './openFiles.ts';
import {
  listSegments,
  moveSingleFileIn,
  removeLoneIndexes,
  removeSegment,
  type Segment,
} from './segmentFiles.ts';
import { SegmentWriter } from './segmentWriter.ts';

/** Where the records about some of the bytes are. */
export interface IndexPart {
  readonly indexPath: string;
  /** How much of the index file is whole, and what it has; it is mended first where it was not yet looked at. */
  readonly check: () => Promise<{ readonly bytes: number; readonly kinds: ReadonlySet<RecordKind> }>;
}

type Checked = Awaited<ReturnType<IndexPart['check']>>;

/** Open files of one recording: a jump back and forth costs no opening, sixteen readers no descriptors. */
const openAtMost = 4;

/** The segments of one recording on disk: the sealed ones and the one that is being written. */
export class SegmentStore {
  readonly #folder: string;
  readonly files = new OpenFiles(openAtMost);
  readonly #checks = new Map<string, Promise<Checked>>();
  #sealed: Segment[] = [];
  #writer: SegmentWriter | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get writer(): SegmentWriter | null {
    return this.#writer;
  }

  /** Oldest first, the one that is being written last. */
  get segments(): readonly Segment[] {
    const writer = this.#writer;
    if (!writer) return this.#sealed;
    return [...this.#sealed, segmentOf(writer)];
  }

  /** Only the last segment's index is looked at now: the start must not wait for all that was ever printed. */
  async open(nowMs: number): Promise<SegmentWriter> {
    await moveSingleFileIn(this.#folder);
    await removeLoneIndexes(this.#folder);
    const found = await listSegments(this.#folder);
    const last = found.at(-1);
    this.#writer = await SegmentWriter.open(this.#folder, last?.fromOffset ?? 0, nowMs);
    this.#sealed = found.slice(0, -1);
    return this.#writer;
  }

  /** Begins the next segment where the present one ends. Rejects with the disk's error, and then nothing changed. */
  async startSegment(writer: SegmentWriter, nowMs: number): Promise<SegmentWriter> {
    const next = await SegmentWriter.open(this.#folder, writer.endOffset, nowMs);
    this.#sealed = [...this.#sealed, segmentOf(writer)];
    this.#checks.set(writer.indexPath, Promise.resolve({ bytes: writer.indexBytes, kinds: writer.kinds }));
    this.#writer = next;
    // Not awaited: what the board prints now need not wait for the last of the old to reach the platter.
    void writer.close();
    return next;
  }

  /** The first byte at or after `offset` that is on disk; null when there is none. */
  keptFrom(offset: number): number | null {
    for (const { fromOffset, bytes } of this.segments)
      if (offset < fromOffset + bytes) return Math.max(offset, fromOffset);
    return null;
  }

  /** Up to `maxBytes` from `offset`; empty where that is not kept. Rejects with the disk's error. */
  async read(offset: number, maxBytes: number): Promise<Uint8Array> {
    const segment = this.segments.findLast((each) => each.fromOffset <= offset);
    const at = segment ? offset - segment.fromOffset : 0;
    if (!segment || at >= segment.bytes) return Buffer.alloc(0);
    const out = Buffer.allocUnsafeSlow(Math.min(maxBytes, segment.bytes - at));
    try {
      const { bytesRead } = await this.files.read(segment.path, (file) => file.read(out, 0, out.length, at));
      return out.subarray(0, bytesRead);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Somebody removed it: then it is gone for every reader.
      this.#forget(segment);
      return Buffer.alloc(0);
    }
  }

  /** The indexes that speak of bytes from `from` to `to`. */
  indexParts(from: number, to: number, nowMs: number): IndexPart[] {
    const writer = this.#writer;
    // As much as there is at this moment: what is written later is in memory for whoever asks now.
    const present = writer && { bytes: writer.indexBytes, kinds: writer.kinds };
    return this.segments
      .filter(({ fromOffset, bytes }) => fromOffset <= to && fromOffset + bytes >= from)
      .map((segment) => ({
        indexPath: segment.indexPath,
        check: () =>
          present && segment.path === writer?.path ? Promise.resolve(present) : this.#check(segment, nowMs),
      }));
  }

  /** Removes sealed segments, the bytes first: an index without bytes is swept up, bytes without one are not lost. */
  async remove(paths: ReadonlySet<string>): Promise<void> {
    for (const segment of this.#sealed.filter(({ path }) => paths.has(path))) {
      await removeSegment(segment);
      this.#forget(segment);
    }
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    this.files.close();
  }

  #forget(segment: Segment): void {
    this.#sealed = this.#sealed.filter(({ path }) => path !== segment.path);
    this.#checks.delete(segment.indexPath);
    this.files.evict(segment.path);
    this.files.evict(segment.indexPath);
  }

  #check(segment: Segment, nowMs: number): Promise<Checked> {
    const known = this.#checks.get(segment.indexPath);
    if (known) return known;
    // To mend what was let go of meanwhile would bring half of it back.
    if (!this.#sealed.some(({ path }) => path === segment.path))
      return Promise.resolve({ bytes: 0, kinds: new Set() });
    const checking = mendIndex(segment, nowMs).then(async ({ file, bytes, kinds }) => {
      await file.close();
      return { bytes, kinds };
    });
    this.#checks.set(segment.indexPath, checking);
    // A disk that refuses now may not tomorrow.
    checking.catch(() => this.#checks.delete(segment.indexPath));
    return checking;
  }
}

function segmentOf(writer: SegmentWriter): Segment {
  const { path, indexPath, fromOffset, bytes, indexBytes, lastByteAtMs } = writer;
  return { path, indexPath, fromOffset, bytes, indexBytes, lastByteAtMs };
}
