import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import type { Logger } from '../../base/logger.ts';
import { ByteRing } from './byteRing.ts';
import { encodeRecord, type IndexRecord, type RecordKind } from './indexCodec.ts';
import { openRecording, type RecordingFiles } from './openRecording.ts';

/** Bytes wait at most this long before they are handed to the kernel: all a `kill -9` can cost. */
const flushAfterMs = 50;
/** ... and no longer than until this many are waiting. */
const flushBytes = 256 * 1024;
/** The kernel is asked to put them on the platter this often: all a power cut can cost. */
const syncEveryMs = 5_000;
/** Finer than this, arrival times are not told apart. */
const timeGrainMs = 2;
/** Kept in memory while the disk refuses; beyond it the oldest are given up. */
const maxPendingBytes = 4 * 1024 * 1024;
const retryAfterMs = 1_000;
const ringBytes = 256 * 1024;

export interface RecorderState {
  readonly state: 'recording' | 'paused';
  readonly reason: string | null;
  readonly lostBytes: number;
}

/**
 * Writes one console's recording: the raw bytes and their index (docs/architecture.md). `append` never waits
 * and never fails; when the disk refuses, recording pauses visibly, what fits in memory is kept and written
 * later, and what does not is counted and marked as a gap. Offsets are positions in the raw file.
 */
export class Recorder {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #basePath: string;
  #files: RecordingFiles | null = null;
  readonly #rebased = new Emitter<{ fromOffset: number; bytes: number }>();
  readonly #stateChanged = new Emitter<RecorderState>();
  #ring: ByteRing;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #pendingIndex: Buffer[] = [];
  #writtenOffset = 0;
  #indexOffset = 0;
  #lastRxMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #syncTimer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #paused: string | null = null;
  #lostBytes = 0;
  #gapBytes = 0;
  #closed = false;
  readonly onDidChangeState = this.#stateChanged.event;
  /** Offsets after `fromOffset`, not yet on disk, moved by `bytes`: the disk was away, and what was promised changed. */
  readonly onDidRebase = this.#rebased.event;

  private constructor(basePath: string, clock: Clock, logger: Logger) {
    this.#basePath = basePath;
    this.#clock = clock;
    this.#logger = logger;
    this.#ring = new ByteRing(ringBytes, 0);
  }

  /** `basePath` without extension. A disk that refuses even this gives a recorder that is paused, not an error. */
  static async open(basePath: string, clock: Clock, logger: Logger): Promise<Recorder> {
    const recorder = new Recorder(basePath, clock, logger);
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

  get state(): RecorderState {
    return {
      state: this.#paused === null ? 'recording' : 'paused',
      reason: this.#paused,
      lostBytes: this.#lostBytes,
    };
  }

  /** Records what the board printed. `bytes` must never change afterwards. */
  append(bytes: Uint8Array): void {
    if (this.#closed || bytes.length === 0) return;
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#lastRxMs >= timeGrainMs) {
      this.#lastRxMs = nowMs;
      this.#pendingIndex.push(
        encodeRecord({ kind: 'rx', timeMs: nowMs, offset: this.endOffset, payload: null }),
      );
    }
    // What the disk does not have yet stays in memory, so that a viewer always finds every byte.
    this.#ring.push(bytes, this.#writtenOffset);
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#paused !== null) this.#dropOverflow();
    else if (this.#pendingBytes >= flushBytes) this.#startWriting();
    else this.#flushSoon();
  }

  /** Records anything else that happened, at the present end of the bytes. */
  note(kind: Exclude<RecordKind, 'rx'>, payload: IndexRecord['payload']): void {
    if (this.#closed) return;
    // What is printed after the note gets a time of its own.
    this.#lastRxMs = Number.NEGATIVE_INFINITY;
    this.#pendingIndex.push(
      encodeRecord({ kind, timeMs: this.#clock.nowMs(), offset: this.endOffset, payload }),
    );
    this.#flushSoon();
  }

  /** From memory; null when `offset` is no longer there and has to come from the file. */
  readMemory(offset: number, maxBytes: number): Uint8Array<ArrayBuffer> | null {
    if (offset < this.#ring.startOffset || offset > this.#ring.endOffset) return null;
    return this.#ring.read(offset, maxBytes);
  }

  /** Up to `maxBytes` from `offset`, from memory or file; empty at the end. Rejects with the disk's error. */
  async read(offset: number, maxBytes: number): Promise<Uint8Array> {
    const fresh = this.readMemory(offset, maxBytes);
    if (fresh) return fresh;
    const length = Math.min(maxBytes, this.#ring.startOffset - offset);
    const out = Buffer.allocUnsafeSlow(length);
    const result = await this.#files?.raw.read(out, 0, length, offset);
    return out.subarray(0, result?.bytesRead ?? 0);
  }

  /** Resolves once everything appended so far is with the kernel, or the disk has refused it. */
  async flush(): Promise<void> {
    do {
      this.#startWriting();
      await this.#writing;
    } while (this.#hasPending() && this.#paused === null);
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
    if (this.#pendingBytes > 0)
      this.#logger.error('bytes could not be recorded', { bytes: this.#pendingBytes });
    const files = this.#files;
    if (!files) return;
    await Promise.allSettled([files.raw.datasync(), files.index.datasync()]);
    await Promise.allSettled([files.raw.close(), files.index.close()]);
  }

  #hasPending(): boolean {
    return this.#pendingBytes > 0 || this.#pendingIndex.length > 0;
  }

  #flushSoon(afterMs = flushAfterMs): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#startWriting();
    }, afterMs);
  }

  #startWriting(): void {
    if (this.#writing || !this.#hasPending()) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = null;
      if (this.#closed) return;
      if (this.#paused !== null) this.#flushSoon(retryAfterMs);
      else if (this.#pendingBytes >= flushBytes) this.#startWriting();
      else if (this.#hasPending()) this.#flushSoon();
    });
  }

  async #write(): Promise<void> {
    try {
      const { raw, index } = this.#files ?? (await this.#openFiles());
      if (this.#pendingBytes > 0) await this.#writeRaw(raw);
      if (this.#pendingIndex.length > 0) await this.#writeIndex(index);
      if (this.#paused !== null) this.#resume();
      this.#syncTimer ??= setTimeout(() => this.#sync(), syncEveryMs);
    } catch (error) {
      this.#pause(error);
    }
  }

  async #openFiles(): Promise<RecordingFiles> {
    const files = await openRecording(this.#basePath, this.#clock.nowMs());
    if (files.repaired) this.#logger.warn(files.repaired, { recording: this.#basePath });
    this.#files = files;
    this.#indexOffset = files.indexBytes;
    this.#rebase(files.endOffset);
    return files;
  }

  /** What waits begins at `writtenOffset` of the file. */
  #rebase(writtenOffset: number): void {
    const before = this.endOffset;
    const fromOffset = this.#writtenOffset;
    this.#writtenOffset = writtenOffset;
    this.#ring = ringOf(this.#pending, writtenOffset);
    if (this.endOffset === before) return;
    // What the waiting index records say of the old offsets is void.
    this.#pendingIndex = [];
    this.#lastRxMs = Number.NEGATIVE_INFINITY;
    this.#rebased.fire({ fromOffset, bytes: this.endOffset - before });
  }

  async #writeRaw(raw: RecordingFiles['raw']): Promise<void> {
    const chunks = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    let rest: Uint8Array[] = chunks;
    try {
      while (rest.length > 0) {
        // More than IOV_MAX (1024) buffers in one call would be refused.
        const batch = rest.slice(0, 1000);
        const { bytesWritten } = await raw.writev(batch);
        this.#writtenOffset += bytesWritten;
        rest = skipBytes(rest, bytesWritten);
      }
    } finally {
      if (rest.length > 0) {
        this.#pending = [...rest, ...this.#pending];
        this.#pendingBytes += rest.reduce((sum, chunk) => sum + chunk.length, 0);
      }
    }
  }

  /** After the raw bytes, so that the index never speaks of bytes that are not there. */
  async #writeIndex(index: RecordingFiles['index']): Promise<void> {
    const records = this.#pendingIndex;
    this.#pendingIndex = [];
    const bytes = Buffer.concat(records);
    try {
      // At a position of its own, so that a half-written batch is simply written again.
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await index.write(bytes, done, null, this.#indexOffset + done);
        done += bytesWritten;
      }
      this.#indexOffset += bytes.length;
    } catch (error) {
      this.#pendingIndex = [bytes, ...this.#pendingIndex];
      throw error;
    }
  }

  #pause(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const news = this.#paused === null;
    this.#paused = reason;
    this.#dropOverflow();
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

  /** Gives up the oldest of what waits. Their place in the file is taken by those that come after. */
  #dropOverflow(): void {
    if (this.#pendingBytes <= maxPendingBytes) return;
    // A quarter at once: dropping a little at every chunk would copy the list each time.
    const drop = this.#pendingBytes - (maxPendingBytes * 3) / 4;
    this.#pending = skipBytes(this.#pending, drop);
    this.#pendingBytes -= drop;
    this.#lostBytes += drop;
    this.#gapBytes += drop;
    // Offsets are file positions: from here on they count from what will really be written.
    this.#rebase(this.#writtenOffset);
    this.#stateChanged.fire(this.state);
  }

  #sync(): void {
    this.#syncTimer = null;
    const files = this.#files;
    if (!files || this.#closed) return;
    Promise.all([files.raw.datasync(), files.index.datasync()]).catch((error) => {
      if (!this.#closed) this.#logger.warn('sync failed', { error });
    });
  }
}

function skipBytes(chunks: Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  let index = 0;
  for (const chunk of chunks) {
    if (chunk.length > left) break;
    left -= chunk.length;
    index++;
  }
  const rest = chunks.slice(index);
  const first = rest[0];
  if (left > 0 && first) rest[0] = first.subarray(left);
  return rest;
}

function ringOf(chunks: Uint8Array[], startOffset: number): ByteRing {
  const ring = new ByteRing(ringBytes, startOffset);
  for (const chunk of chunks) ring.push(chunk, startOffset);
  return ring;
}
