import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import { messageOf } from '../../base/errno.ts';
import type { Logger } from '../../base/logger.ts';
import { ClockSteps, type SteadyClock, steadyClock } from './clockSteps.ts';
import { fitPayload } from './fitPayload.ts';
import type { IndexRecord, RecordKind } from './indexCodec.ts';
import { PendingOutput } from './pendingOutput.ts';
import { RecordingReader } from './recordingReader.ts';
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
const retryAfterMs = 1_000;
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
  readonly #pending = new PendingOutput();
  readonly #backlog = this.#pending.backlog;
  readonly #reader: RecordingReader;
  readonly #stateChanged = new Emitter<RecorderState>();
  readonly #segmentStarted = new Emitter<void>();
  #segmentBytes: number;
  /** When the bytes at `writtenOffset` came, should no record of their own say so. */
  #writtenRxMs = 0;
  #lastRxMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #syncTimer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #paused: string | null = null;
  #segmentWanted = false;
  #closed = false;
  /** The files are closed: nothing may be written any more. */
  #ended = false;
  readonly onDidChangeState = this.#stateChanged.event;
  /** Offsets after `fromOffset`, not yet on disk, moved by `bytes`: the disk was away, and what was promised changed. */
  readonly onDidRebase = this.#pending.onDidRebase;
  /** A segment was sealed and the next one begun. */
  readonly onDidStartSegment = this.#segmentStarted.event;

  private constructor(folder: string, clock: Clock, logger: Logger, options: RecorderOptions) {
    this.folder = folder;
    this.#clock = clock;
    this.#logger = logger;
    this.#clockSteps = new ClockSteps(clock.nowMs(), options.steady ?? steadyClock);
    this.#segmentBytes = options.segmentBytes ?? defaultSegmentBytes;
    this.#store = new SegmentStore(folder);
    this.#reader = new RecordingReader({
      store: this.#store,
      backlog: this.#backlog,
      ring: () => this.#pending.ring,
      nowMs: () => clock.nowMs(),
    });
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
    return this.#pending.ring.endOffset;
  }

  /** Where what is still kept begins; `endOffset` when nothing is. */
  get startOffset(): number {
    return this.#store.keptFrom(0) ?? this.#pending.writtenOffset;
  }

  /** How many of the bytes are in files. */
  get bytesOnDisk(): number {
    return this.segments().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get state(): RecorderState {
    return {
      state: this.#paused === null ? 'recording' : 'paused',
      reason: this.#paused,
      lostBytes: this.#pending.lostBytes,
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
    this.#pending.push(bytes);
    if (this.#paused !== null) this.#dropOverflow();
    else if (this.#backlog.bytes >= flushBytes) this.#startWriting();
    else this.#flushSoon();
  }

  /** Records anything else that happened, at the present end of the bytes. What is too long is cut. */
  note(kind: Exclude<RecordKind, 'rx'>, payload: IndexRecord['payload']): void {
    if (this.#closed) return;
    const fitted = payload && fitPayload(payload);
    if (payload && !fitted) {
      this.#logger.error('a note does not fit the index and is left out', { kind });
      return;
    }
    // What is printed after the note gets a time of its own.
    this.#lastRxMs = Number.NEGATIVE_INFINITY;
    this.#record(kind, fitted, this.#clock.nowMs());
    this.#flushSoon();
  }

  /** As RecordingReader. */
  readMemory(offset: number, maxBytes: number): Uint8Array<ArrayBuffer> | null {
    return this.#reader.readMemory(offset, maxBytes);
  }

  /** As RecordingReader. */
  read(offset: number, maxBytes: number): Promise<Uint8Array> {
    return this.#reader.read(offset, maxBytes);
  }

  /** As RecordingReader. */
  keptFrom(offset: number): number {
    return this.#reader.keptFrom(offset);
  }

  /** As RecordingReader. */
  readRecords(from: number, to: number, signal?: AbortSignal): AsyncIterable<IndexRecord> {
    return this.#reader.readRecords(from, to, signal);
  }

  /** As RecordingReader. */
  findLast(...search: Parameters<RecordingReader['findLast']>): Promise<IndexRecord | null> {
    return this.#reader.findLast(...search);
  }

  /** As RecordingReader. */
  timeAt(offset: number): Promise<number | null> {
    return this.#reader.timeAt(offset);
  }

  /** As RecordingReader. */
  elapsedMs(from: number, to: number): Promise<number> {
    return this.#reader.elapsedMs(from, to);
  }

  /** Resolves once everything appended so far is with the kernel, or the disk has refused it. */
  async flush(): Promise<void> {
    do {
      this.#startWriting();
      await this.#writing;
    } while (!this.#backlog.isEmpty && this.#paused === null);
  }

  /** Seals the present segment, unless it is empty, so that it may be removed. A closed recorder stays as it is. */
  async startSegment(): Promise<void> {
    this.#segmentWanted = true;
    await this.#writing;
    if (this.#closed) return;
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
    this.#ended = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#syncTimer) clearTimeout(this.#syncTimer);
    if (this.#backlog.bytes > 0)
      this.#logger.error('bytes could not be recorded', { bytes: this.#backlog.bytes });
    await this.#store.close();
  }

  #record(kind: RecordKind, payload: IndexRecord['payload'], timeMs: number): void {
    const stepMs = this.#clockSteps.check(timeMs);
    const offset = this.endOffset;
    if (stepMs !== 0) this.#backlog.pushRecord({ kind: 'clock', timeMs, offset, payload: { stepMs } });
    this.#backlog.pushRecord({ kind, timeMs, offset, payload });
    if (this.#paused !== null) this.#dropOverflow();
  }

  #flushSoon(afterMs = flushAfterMs): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#startWriting();
    }, afterMs);
  }

  #startWriting(): void {
    if (this.#writing || this.#ended || this.#backlog.isEmpty) return;
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
      // A board that prints a byte at a time has a far larger index than output.
      const size = writer.bytes + writer.indexBytes;
      const full = this.#backlog.bytes > 0 && size >= this.#segmentBytes;
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
    this.#pending.moveTo(writer.endOffset);
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
    this.#pending.written(writer.endOffset, rest);
    if (error !== null) throw error;
  }

  /** After the bytes, and only about those: an index never speaks of what is not there. */
  async #writeRecords(writer: SegmentWriter): Promise<void> {
    const count = this.#backlog.countRecordsUpTo(this.#pending.writtenOffset);
    if (count === 0) return;
    const records = this.#backlog.records.slice(0, count);
    await writer.writeRecords(records);
    this.#backlog.dropRecords(count);
    this.#writtenRxMs = records.findLast(({ kind }) => kind === 'rx')?.timeMs ?? this.#writtenRxMs;
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
    const gap = this.#pending.takeGap();
    if (gap) this.note('gap', { ...gap });
    this.#logger.info('recording goes on');
    this.#stateChanged.fire(this.state);
  }

  #dropOverflow(): void {
    // While a try to write is under way, what it holds would lose its place; it ends with a look of its own.
    if (!this.#writing) this.#giveUpOldest();
  }

  #giveUpOldest(): void {
    if (this.#pending.giveUpOldest()) this.#stateChanged.fire(this.state);
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
