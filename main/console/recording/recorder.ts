import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import { messageOf } from '../../base/errno.ts';
import type { Logger } from '../../base/logger.ts';
import { Backlog } from './backlog.ts';
import { ByteRing } from './byteRing.ts';
import { ClockSteps, type SteadyClock, SteadyTimeline, steadyClock } from './clockSteps.ts';
import type { IndexRecord, RecordKind } from './indexCodec.ts';
import { findLast, type IndexSnapshot, readRecords } from './indexReader.ts';
import type { Segment } from './segmentFiles.ts';
import { SegmentStore } from './segmentStore.ts';
import type { SegmentWriter } from './segmentWriter.ts';

/** Bytes wait at most this long before they are handed to the kernel: all a `kill -9` can cost. */
const flushAfterMs = 100;
/** ... and no longer than until this many are waiting. */
const flushBytes = 256 * 1024;
/** The kernel is asked to put them on the platter this often: all a power cut can cost. */
const syncEveryMs = 5_000;
/** Finer than this, arrival times are not told apart. */
const timeGrainMs = 2;
/** Kept in memory while the disk refuses; beyond it the oldest are given up. */
const maxPendingBytes = 4 * 1024 * 1024;
const maxPendingRecords = 20_000;
const retryAfterMs = 1_000;
const ringBytes = 256 * 1024;
/** Large enough for few files, small enough to let go of old output piece by piece. */
export const defaultSegmentBytes = 64 * 1024 * 1024;

export interface RecorderState {
  readonly state: 'recording' | 'paused';
  readonly reason: string | null;
  readonly lostBytes: number;
}

export interface RecorderOptions {
  /** A new segment is begun once the present one has so many bytes; it may exceed this by one write. */
  readonly segmentBytes?: number;
  readonly steady?: SteadyClock;
}

/**
 * Writes one console's recording: raw bytes and their index, in segments (docs/architecture.md). Offsets count
 * every byte ever recorded; they go on over segments, restarts and whatever was let go of.
 *
 * `append` never waits and never fails. Bytes are with the kernel 100 ms after they came (all a `kill -9` can cost)
 * and on the platter 5 s after (all a power cut can cost). When the disk refuses, recording pauses visibly, what
 * fits in memory is kept and written later, and what does not is counted and marked as a gap.
 */
export class Recorder {
  /** Its segments are in here. */
  readonly folder: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #clockSteps: ClockSteps;
  readonly #store: SegmentStore;
  readonly #backlog = new Backlog();
  readonly #rebased = new Emitter<{ fromOffset: number; bytes: number }>();
  readonly #stateChanged = new Emitter<RecorderState>();
  readonly #segmentStarted = new Emitter<void>();
  #segmentBytes: number;
  #ring = new ByteRing(ringBytes, 0);
  #writtenOffset = 0;
  /** When the bytes at `writtenOffset` came, should no record of their own say so. */
  #writtenRxMs = 0;
  #lastRxMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #syncTimer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #paused: string | null = null;
  #lostBytes = 0;
  #gapBytes = 0;
  #segmentWanted = false;
  #closed = false;
  readonly onDidChangeState = this.#stateChanged.event;
  /** Offsets after `fromOffset`, not yet on disk, moved by `bytes`: the disk was away, and what was promised changed. */
  readonly onDidRebase = this.#rebased.event;
  /** A segment was sealed and the next one begun. */
  readonly onDidStartSegment = this.#segmentStarted.event;

  private constructor(folder: string, clock: Clock, logger: Logger, options: RecorderOptions) {
    this.folder = folder;
    this.#clock = clock;
    this.#logger = logger;
    this.#clockSteps = new ClockSteps(clock.nowMs(), options.steady ?? steadyClock);
    this.#segmentBytes = options.segmentBytes ?? defaultSegmentBytes;
    this.#store = new SegmentStore(folder);
  }

  /**
   * `folder` is the recording's own. A single-file recording beside it (`<folder>.raw`) is moved in. A disk that
   * refuses even this gives a recorder that is paused, not an error.
   */
  static async open(
    folder: string,
    clock: Clock,
    logger: Logger,
    options: RecorderOptions = {},
  ): Promise<Recorder> {
    const recorder = new Recorder(folder, clock, logger, options);
    try {
      await recorder.#openFiles();
    } catch (error) {
      recorder.#pause(error);
      recorder.#flushSoon(retryAfterMs);
    }
    return recorder;
  }

  /** The offset the next byte gets. */
  get endOffset(): number {
    return this.#ring.endOffset;
  }

  /** Where what is still kept begins; `endOffset` when nothing is. */
  get startOffset(): number {
    return this.#store.keptFrom(0) ?? this.#writtenOffset;
  }

  /** How many of the bytes are in files. */
  get bytesOnDisk(): number {
    return this.segments().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get state(): RecorderState {
    return {
      state: this.#paused === null ? 'recording' : 'paused',
      reason: this.#paused,
      lostBytes: this.#lostBytes,
    };
  }

  /** The files with the raw bytes that are on disk, oldest first; the last one is being written. */
  segments(): readonly Segment[] {
    return this.#store.segments;
  }

  /** Where new segments are cut from now on, in bytes. */
  limitSegments(bytes: number): void {
    this.#segmentBytes = bytes;
  }

  /** Records what the board printed. `bytes` must never change afterwards. */
  append(bytes: Uint8Array): void {
    if (this.#closed || bytes.length === 0) return;
    const nowMs = this.#clock.nowMs();
    // A clock that was set back makes a difference as well.
    if (Math.abs(nowMs - this.#lastRxMs) >= timeGrainMs) {
      this.#record('rx', null, nowMs);
      this.#lastRxMs = nowMs;
    }
    // What the disk does not have yet stays in memory, so that a viewer always finds every byte.
    this.#ring.push(bytes, this.#writtenOffset);
    this.#backlog.pushBytes(bytes);
    if (this.#paused !== null) this.#dropOverflow();
    else if (this.#backlog.bytes >= flushBytes) this.#startWriting();
    else this.#flushSoon();
  }

  /** Records anything else that happened, at the present end of the bytes. */
  note(kind: Exclude<RecordKind, 'rx'>, payload: IndexRecord['payload']): void {
    if (this.#closed) return;
    // What is printed after the note gets a time of its own.
    this.#lastRxMs = Number.NEGATIVE_INFINITY;
    this.#record(kind, payload, this.#clock.nowMs());
    this.#flushSoon();
  }

  /** From memory; null when `offset` is no longer there and has to come from a file. */
  readMemory(offset: number, maxBytes: number): Uint8Array<ArrayBuffer> | null {
    if (offset < this.#ring.startOffset || offset > this.#ring.endOffset) return null;
    return this.#ring.read(offset, maxBytes);
  }

  /**
   * Up to `maxBytes` from `offset`, from memory or one segment's file; empty at the end and where nothing is kept
   * (`keptFrom` tells what is). Rejects with the disk's error.
   */
  async read(offset: number, maxBytes: number): Promise<Uint8Array> {
    return this.readMemory(offset, maxBytes) ?? (await this.#store.read(offset, maxBytes));
  }

  /** The first byte at or after `offset` that can still be read; `endOffset` when there is none. */
  keptFrom(offset: number): number {
    if (offset >= this.#ring.startOffset) return Math.min(offset, this.endOffset);
    return this.#store.keptFrom(offset) ?? this.#ring.startOffset;
  }

  /**
   * The records about bytes `from` to `to`, both included, ascending, also those not yet on disk. When the byte at
   * `from` came with earlier ones, the record of their arrival is first. Rejects with the disk's error or the
   * signal's reason.
   */
  readRecords(from: number, to: number, signal?: AbortSignal): AsyncIterable<IndexRecord> {
    return readRecords(this.#store.files, this.#snapshot(from, to), from, to, signal);
  }

  /** The last record of a kind at or before an offset that `accept` takes; null: there is none. */
  findLast(
    kind: RecordKind,
    atOrBefore: number,
    accept?: (record: IndexRecord) => boolean,
  ): Promise<IndexRecord | null> {
    return findLast(this.#store.files, this.#snapshot(0, atOrBefore), kind, atOrBefore, accept);
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

  /** Resolves once everything appended so far is with the kernel, or the disk has refused it. */
  async flush(): Promise<void> {
    do {
      this.#startWriting();
      await this.#writing;
    } while (!this.#backlog.isEmpty && this.#paused === null);
  }

  /** Seals the present segment, unless it is empty, so that it may be removed. */
  async startSegment(): Promise<void> {
    this.#segmentWanted = true;
    await this.#writing;
    this.#writing ??= this.#write().finally(() => this.#afterWriting());
    await this.#writing;
  }

  /** Lets go of sealed segments, by path. Rejects with the disk's error. */
  removeSegments(paths: ReadonlySet<string>): Promise<void> {
    return this.#store.remove(paths);
  }

  /** Flushes, syncs and closes the files. What the disk refuses now is lost; the log says how much. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    this.#paused = null;
    await this.flush();
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#syncTimer) clearTimeout(this.#syncTimer);
    if (this.#backlog.bytes > 0)
      this.#logger.error('bytes could not be recorded', { bytes: this.#backlog.bytes });
    await this.#store.close();
  }

  #snapshot(from: number, to: number): IndexSnapshot {
    return {
      parts: this.#store.indexParts(from, to, this.#clock.nowMs()),
      waiting: this.#backlog.records,
    };
  }

  #record(kind: RecordKind, payload: IndexRecord['payload'], timeMs: number): void {
    const stepMs = this.#clockSteps.check(timeMs);
    const offset = this.endOffset;
    if (stepMs !== 0) this.#backlog.pushRecord({ kind: 'clock', timeMs, offset, payload: { stepMs } });
    this.#backlog.pushRecord({ kind, timeMs, offset, payload });
  }

  #flushSoon(afterMs = flushAfterMs): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#startWriting();
    }, afterMs);
  }

  #startWriting(): void {
    if (this.#writing || this.#backlog.isEmpty) return;
    this.#writing = this.#write().finally(() => this.#afterWriting());
  }

  #afterWriting(): void {
    this.#writing = null;
    if (this.#closed) return;
    if (this.#paused !== null) this.#flushSoon(retryAfterMs);
    else if (this.#backlog.bytes >= flushBytes) this.#startWriting();
    else if (!this.#backlog.isEmpty) this.#flushSoon();
  }

  async #write(): Promise<void> {
    try {
      let writer = this.#store.writer ?? (await this.#openFiles());
      const full = this.#backlog.bytes > 0 && writer.bytes >= this.#segmentBytes;
      if (writer.bytes > 0 && (full || this.#segmentWanted)) writer = await this.#startSegment(writer);
      this.#segmentWanted = false;
      if (this.#backlog.bytes > 0) await this.#writeBytes(writer);
      await this.#writeRecords(writer);
      if (this.#paused !== null) this.#resume();
      this.#syncTimer ??= setTimeout(() => this.#sync(), syncEveryMs);
    } catch (error) {
      this.#pause(error);
    }
  }

  async #openFiles(): Promise<SegmentWriter> {
    const writer = await this.#store.open(this.#clock.nowMs());
    if (writer.repaired) this.#logger.warn(writer.repaired, { recording: this.folder });
    this.#rebase(writer.endOffset, writer.endOffset - this.#writtenOffset);
    return writer;
  }

  async #startSegment(full: SegmentWriter): Promise<SegmentWriter> {
    await this.#writeRecords(full);
    const writer = await this.#store.startSegment(full, this.#clock.nowMs());
    const next = this.#backlog.records[0];
    const offset = writer.fromOffset;
    // Every segment's index begins with the time of its first byte, so that each can be read without the others.
    if (this.#backlog.bytes > 0 && !(next?.kind === 'rx' && next.offset === offset))
      await writer.writeRecords([{ kind: 'rx', timeMs: this.#writtenRxMs, offset, payload: null }]);
    else if (this.#backlog.bytes === 0) this.#lastRxMs = Number.NEGATIVE_INFINITY;
    this.#segmentStarted.fire();
    return writer;
  }

  async #writeBytes(writer: SegmentWriter): Promise<void> {
    const { rest, error } = await writer.writeBytes(this.#backlog.takeBytes(), this.#clock.nowMs());
    this.#writtenOffset = writer.endOffset;
    this.#backlog.giveBack(rest);
    if (error !== null) throw error;
  }

  /** After the bytes, and only about those: an index never speaks of what is not there. */
  async #writeRecords(writer: SegmentWriter): Promise<void> {
    const count = this.#backlog.countRecordsUpTo(this.#writtenOffset);
    if (count === 0) return;
    const records = this.#backlog.records.slice(0, count);
    await writer.writeRecords(records);
    this.#backlog.dropRecords(count);
    this.#writtenRxMs = records.findLast(({ kind }) => kind === 'rx')?.timeMs ?? this.#writtenRxMs;
  }

  /** What waits begins at `writtenOffset` of the recording; its offsets were to be `by` bytes other. */
  #rebase(writtenOffset: number, by: number): void {
    const fromOffset = this.#writtenOffset;
    this.#writtenOffset = writtenOffset;
    this.#ring = new ByteRing(ringBytes, writtenOffset);
    for (const chunk of this.#backlog.chunks) this.#ring.push(chunk, writtenOffset);
    if (by === 0) return;
    this.#backlog.moveRecords(by, writtenOffset, maxPendingRecords);
    this.#rebased.fire({ fromOffset, bytes: by });
  }

  #pause(error: unknown): void {
    const reason = messageOf(error);
    const news = this.#paused === null;
    this.#paused = reason;
    this.#giveUpOldest();
    if (news) {
      this.#logger.error('recording paused', { reason });
      this.#stateChanged.fire(this.state);
    }
  }

  #resume(): void {
    this.#paused = null;
    if (this.#gapBytes > 0) {
      const bytes = this.#gapBytes;
      this.#gapBytes = 0;
      this.note('gap', { bytes });
    }
    this.#logger.info('recording goes on');
    this.#stateChanged.fire(this.state);
  }

  #dropOverflow(): void {
    // While a try to write is under way, what it holds would lose its place; it ends with a look of its own.
    if (!this.#writing) this.#giveUpOldest();
  }

  /** Gives up the oldest of what waits. Its place in the recording is taken by what came after. */
  #giveUpOldest(): void {
    if (this.#backlog.bytes <= maxPendingBytes) return;
    // A quarter at once: dropping a little at every chunk would copy the list each time.
    const drop = this.#backlog.bytes - (maxPendingBytes * 3) / 4;
    this.#backlog.dropOldest(drop);
    this.#lostBytes += drop;
    this.#gapBytes += drop;
    // Offsets count what is recorded: from here on they count from what will really be written.
    this.#rebase(this.#writtenOffset, -drop);
    this.#stateChanged.fire(this.state);
  }

  #sync(): void {
    this.#syncTimer = null;
    if (this.#closed) return;
    this.#store.writer?.sync().catch((error: unknown) => {
      // A segment sealed meanwhile is closed, and was synced in doing so.
      if (!this.#closed) this.#logger.warn('sync failed', { error });
    });
  }
}
