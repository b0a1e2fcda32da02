import type { Clock } from '../../base/clock.ts';
import { Emitter, type Event } from '../../base/emitter.ts';
import type { Logger } from '../../base/logger.ts';
import { ClockSteps, type SteadyClock, steadyClock } from './clockSteps.ts';
import { fitPayload } from './fitPayload.ts';
import type { IndexRecord, RecordKind } from './indexCodec.ts';
import { PendingOutput } from './pendingOutput.ts';
import { RecordingReader } from './recordingReader.ts';
import { type RecorderState, RecordingState } from './recordingState.ts';
import { RecordingWriter } from './recordingWriter.ts';
import type { Segment } from './segmentFiles.ts';
import { SegmentStore } from './segmentStore.ts';

/** Bytes wait at most this long before they are handed to the kernel: all a `kill -9` can cost. */
const flushAfterMs = 100;
/** ... and no longer than until this many are waiting. */
const flushBytes = 256 * 1024;
/** Finer than this, arrival times are not told apart. */
const timeGrainMs = 2;
const retryAfterMs = 1_000;
/** Large enough for few files, small enough to let go of old output piece by piece. */
export const defaultSegmentBytes = 64 * 1024 * 1024;

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
  readonly #writer: RecordingWriter;
  readonly #state: RecordingState;
  readonly #segmentStarted = new Emitter<void>();
  #lastRxMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #closed = false;
  /** The files are closed: nothing may be written any more. */
  #ended = false;
  readonly onDidChangeState: Event<RecorderState>;
  /** Offsets after `fromOffset`, not yet on disk, moved by `bytes`: the disk was away, and what was promised changed. */
  readonly onDidRebase = this.#pending.onDidRebase;
  /** A segment was sealed and the next one begun. */
  readonly onDidStartSegment = this.#segmentStarted.event;

  private constructor(folder: string, clock: Clock, logger: Logger, options: RecorderOptions) {
    this.folder = folder;
    this.#clock = clock;
    this.#logger = logger;
    this.#clockSteps = new ClockSteps(clock.nowMs(), options.steady ?? steadyClock);
    this.#store = new SegmentStore(folder);
    this.#state = new RecordingState(this.#pending, logger);
    this.onDidChangeState = this.#state.onDidChange;
    this.#reader = new RecordingReader({
      store: this.#store,
      backlog: this.#backlog,
      ring: () => this.#pending.ring,
      nowMs: () => clock.nowMs(),
    });
    this.#writer = new RecordingWriter({
      folder,
      store: this.#store,
      pending: this.#pending,
      segmentBytes: options.segmentBytes ?? defaultSegmentBytes,
      onStartSegment: () => this.#segmentBegan(),
      clock,
      logger,
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
      await recorder.#writer.open();
    } catch (error) {
      recorder.#state.pause(error);
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
    return this.#state.now;
  }

  /** The files with the raw bytes that are on disk, oldest first; the last one is being written. */
  segments(): readonly Segment[] {
    return this.#store.segments;
  }

  /** Where new segments are cut from now on, in bytes. */
  limitSegments(bytes: number): void {
    this.#writer.limitSegments(bytes);
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
    if (this.#state.isPaused) this.#dropOverflow();
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
    } while (!this.#backlog.isEmpty && !this.#state.isPaused);
  }

  /** Seals the present segment, unless it is empty, so that it may be removed. A closed recorder stays as it is. */
  async startSegment(): Promise<void> {
    this.#writer.wantSegment();
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
    this.#state.forget();
    await this.flush();
    this.#ended = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#backlog.bytes > 0)
      this.#logger.error('bytes could not be recorded', { bytes: this.#backlog.bytes });
    await this.#writer.close();
  }

  #record(kind: RecordKind, payload: IndexRecord['payload'], timeMs: number): void {
    const stepMs = this.#clockSteps.check(timeMs);
    const offset = this.endOffset;
    if (stepMs !== 0) this.#backlog.pushRecord({ kind: 'clock', timeMs, offset, payload: { stepMs } });
    this.#backlog.pushRecord({ kind, timeMs, offset, payload });
    if (this.#state.isPaused) this.#dropOverflow();
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
    if (this.#state.isPaused) this.#flushSoon(retryAfterMs);
    else if (this.#backlog.bytes >= flushBytes) this.#startWriting();
    else if (!this.#backlog.isEmpty) this.#flushSoon();
  }

  async #write(): Promise<void> {
    try {
      await this.#writer.write();
      if (this.#state.isPaused) this.#state.resume((gap) => this.note('gap', { ...gap }));
    } catch (error) {
      this.#state.pause(error);
    }
  }

  #segmentBegan(): void {
    // Where nothing waits to be written, the next byte is the segment's first: it gets a time of its own.
    if (this.#backlog.bytes === 0) this.#lastRxMs = Number.NEGATIVE_INFINITY;
    this.#segmentStarted.fire();
  }

  #dropOverflow(): void {
    // A try to write that is under way ends with a look of its own.
    if (!this.#writing) this.#state.giveUpOldest();
  }
}
