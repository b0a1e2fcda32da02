import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { PendingOutput } from './pendingOutput.ts';
import type { SegmentStore } from './segmentStore.ts';
import type { SegmentWriter } from './segmentWriter.ts';

/** The kernel is asked to put them on the platter this often: all a power cut can cost. */
const syncEveryMs = 5_000;

export interface RecordingWriterOptions {
  /** The recording, for the log. */
  readonly folder: string;
  readonly store: SegmentStore;
  readonly pending: PendingOutput;
  /** A new segment is begun once the present one has so many bytes; it may exceed this by one write. */
  readonly segmentBytes: number;
  /** A segment was sealed and the next one begun. */
  readonly onStartSegment: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Brings what memory has of a recording to disk, segment after segment. One call at a time. */
export class RecordingWriter {
  readonly #options: RecordingWriterOptions;
  #segmentBytes: number;
  #segmentWanted = false;
  /** When the bytes at `writtenOffset` came, should no record of their own say so. */
  #writtenRxMs = 0;
  #syncTimer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: RecordingWriterOptions) {
    this.#options = options;
    this.#segmentBytes = options.segmentBytes;
  }

  /** Where new segments are cut from now on, in bytes. */
  limitSegments(bytes: number): void {
    this.#segmentBytes = bytes;
  }

  /** The next write begins a segment, unless the present one is empty. */
  wantSegment(): void {
    this.#segmentWanted = true;
  }

  /** Finds where the recording ends: what waits goes there. Rejects with the disk's error. */
  async open(): Promise<SegmentWriter> {
    const { store, pending, clock, logger, folder } = this.#options;
    const writer = await store.open(clock.nowMs());
    if (writer.repaired) logger.warn(writer.repaired, { recording: folder });
    pending.moveTo(writer.endOffset);
    return writer;
  }

  /** All that waits, as far as the disk takes it. Rejects with the disk's error; what it refused waits still. */
  async write(): Promise<void> {
    const { store, pending } = this.#options;
    let writer = store.writer ?? (await this.open());
    // A board that prints a byte at a time has a far larger index than output.
    const size = writer.bytes + writer.indexBytes;
    const full = pending.backlog.bytes > 0 && size >= this.#segmentBytes;
    if (writer.bytes > 0 && (full || this.#segmentWanted)) writer = await this.#startSegment(writer);
    this.#segmentWanted = false;
    if (pending.backlog.bytes > 0) await this.#writeBytes(writer);
    await this.#writeRecords(writer);
    if (!this.#closed) this.#syncTimer ??= setTimeout(() => this.#sync(), syncEveryMs);
  }

  /** Syncs and closes the files. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#syncTimer) clearTimeout(this.#syncTimer);
    await this.#options.store.close();
  }

  async #startSegment(full: SegmentWriter): Promise<SegmentWriter> {
    const { store, pending, clock, onStartSegment } = this.#options;
    await this.#writeRecords(full);
    const writer = await store.startSegment(full, clock.nowMs());
    const next = pending.backlog.records[0];
    const offset = writer.fromOffset;
    // Every segment's index begins with the time of its first byte, so that each can be read without the others.
    if (pending.backlog.bytes > 0 && !(next?.kind === 'rx' && next.offset === offset))
      await writer.writeRecords([{ kind: 'rx', timeMs: this.#writtenRxMs, offset, payload: null }]);
    onStartSegment();
    return writer;
  }

  async #writeBytes(writer: SegmentWriter): Promise<void> {
    const { pending, clock } = this.#options;
    const { rest, error } = await writer.writeBytes(pending.backlog.takeBytes(), clock.nowMs());
    pending.written(writer.endOffset, rest);
    if (error !== null) throw error;
  }

  /** After the bytes, and only about those: an index never speaks of what is not there. */
  async #writeRecords(writer: SegmentWriter): Promise<void> {
    const { backlog, writtenOffset } = this.#options.pending;
    const count = backlog.countRecordsUpTo(writtenOffset);
    if (count === 0) return;
    const records = backlog.records.slice(0, count);
    await writer.writeRecords(records);
    backlog.dropRecords(count);
    this.#writtenRxMs = records.findLast(({ kind }) => kind === 'rx')?.timeMs ?? this.#writtenRxMs;
  }

  #sync(): void {
    this.#syncTimer = null;
    this.#options.store.writer?.sync().catch((error: unknown) => {
      // A segment sealed meanwhile is closed, and was synced in doing so.
      if (!this.#closed) this.#options.logger.warn('sync failed', { error });
    });
  }
}
