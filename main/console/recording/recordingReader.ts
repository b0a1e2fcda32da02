import type { Backlog } from './backlog.ts';
import type { ByteRing } from './byteRing.ts';
import { SteadyTimeline } from './clockSteps.ts';
import type { IndexRecord, RecordKind } from './indexCodec.ts';
import { findLast, type IndexSnapshot, readRecords } from './indexReader.ts';
import type { SegmentStore } from './segmentStore.ts';

export interface RecordingReaderOptions {
  readonly store: SegmentStore;
  /** What the disk does not have yet. */
  readonly backlog: Backlog;
  /** The newest bytes, those not yet on disk among them; another one after the disk was away. */
  readonly ring: () => ByteRing;
  readonly nowMs: () => number;
}

/** Reads one console's recording: memory and files are one to whoever reads. */
export class RecordingReader {
  readonly #options: RecordingReaderOptions;

  constructor(options: RecordingReaderOptions) {
    this.#options = options;
  }

  /** From memory; null when `offset` is no longer there and has to come from a file. */
  readMemory(offset: number, maxBytes: number): Uint8Array<ArrayBuffer> | null {
    const ring = this.#options.ring();
    if (offset < ring.startOffset || offset > ring.endOffset) return null;
    return ring.read(offset, maxBytes);
  }

  /**
   * Up to `maxBytes` from `offset`, from memory or one segment's file; empty at the end and where nothing is kept
   * (`keptFrom` tells what is). Rejects with the disk's error.
   */
  async read(offset: number, maxBytes: number): Promise<Uint8Array> {
    return this.readMemory(offset, maxBytes) ?? (await this.#options.store.read(offset, maxBytes));
  }

  /** The first byte at or after `offset` that can still be read; the end when there is none. */
  keptFrom(offset: number): number {
    const { startOffset, endOffset } = this.#options.ring();
    if (offset >= startOffset) return Math.min(offset, endOffset);
    return this.#options.store.keptFrom(offset) ?? startOffset;
  }

  /**
   * The records about bytes `from` to `to`, both included, ascending, also those not yet on disk. When the byte at
   * `from` came with earlier ones, the record of their arrival is first. Rejects with the disk's error or the
   * signal's reason.
   */
  readRecords(from: number, to: number, signal?: AbortSignal): AsyncIterable<IndexRecord> {
    return readRecords(this.#options.store.files, this.#snapshot(from, to), from, to, signal);
  }

  /** The last record of a kind at or before an offset that `accept` takes; null: there is none. */
  findLast(
    kind: RecordKind,
    atOrBefore: number,
    accept?: (record: IndexRecord) => boolean,
  ): Promise<IndexRecord | null> {
    return findLast(this.#options.store.files, this.#snapshot(0, atOrBefore), kind, atOrBefore, accept);
  }

  /** When the byte at `offset` was printed, ms since the epoch by the host clock; null: nothing is kept of then. */
  async timeAt(offset: number): Promise<number | null> {
    return (await this.findLast('rx', offset))?.timeMs ?? null;
  }

  /** How long the board took from one byte to a later one, in ms, whatever was done to the host clock meanwhile. */
  async elapsedMs(from: number, to: number): Promise<number> {
    const timeline = new SteadyTimeline();
    let startMs: number | null = null;
    let endMs = 0;
    for await (const record of this.readRecords(from, to)) {
      endMs = timeline.timeMs(record);
      startMs ??= endMs;
    }
    return startMs === null ? 0 : endMs - startMs;
  }

  #snapshot(from: number, to: number): IndexSnapshot {
    const { store, backlog, nowMs } = this.#options;
    return { parts: store.indexParts(from, to, nowMs()), waiting: backlog.records };
  }
}
