import type { Disposable } from '../base/disposable.ts';
import {
  type DataEvent,
  viewerHistoryBytes,
  viewerMaxLagBytes,
  viewerWindowBytes,
} from '../contract/index.ts';
import type { LabError } from '../contract/labError.ts';
import type { Recorder } from './recording/recorder.ts';

type WithoutSub<E> = E extends { sub: number } ? Omit<E, 'sub'> : never;
export type ViewerEvent = WithoutSub<DataEvent>;

/** How far a reader may be behind; left out: as a window may (contract/dataChannel.ts). */
export interface ViewerLimits {
  /** Bytes under way that it has not acknowledged. */
  readonly windowBytes?: number;
  /** Beyond it the reader is moved ahead and hears `skipped`. */
  readonly maxLagBytes?: number;
}

const chunkBytes = 128 * 1024;
/** A flood is handed on at most this often; a lone keystroke's echo goes at once. */
const pauseMs = 4;
/** So much that waits is a flood, whatever pace the reader asked for. */
const floodBytes = 64 * 1024;

/**
 * One reader of a console: a cursor into its recording that is fed as fast as it acknowledges. It can be any
 * distance behind without holding anything up, up to its limit; then it is moved to the end. So is one whose place
 * in the recording was let go of.
 */
export class Viewer implements Disposable {
  readonly #recorder: Recorder;
  readonly #emit: (event: ViewerEvent) => void;
  readonly #onDispose: (viewer: Viewer) => void;
  readonly #windowBytes: number;
  readonly #maxLagBytes: number;
  #cursor: number;
  #paceMs = pauseMs;
  #unackedBytes = 0;
  #reading = false;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #disposed = false;

  constructor(
    recorder: Recorder,
    fromOffset: number,
    emit: (event: ViewerEvent) => void,
    onDispose: (viewer: Viewer) => void,
    limits: ViewerLimits = {},
  ) {
    this.#recorder = recorder;
    this.#emit = emit;
    this.#onDispose = onDispose;
    this.#windowBytes = limits.windowBytes ?? viewerWindowBytes;
    this.#maxLagBytes = limits.maxLagBytes ?? viewerMaxLagBytes;
    const { startOffset, endOffset: end } = recorder;
    const from = fromOffset < 0 ? end - viewerHistoryBytes : Math.min(fromOffset, end);
    this.#cursor = Math.max(startOffset, from);
    emit({ type: 'started', fromOffset: this.#cursor, liveOffset: end });
    void this.#pump();
  }

  /** What was printed that the reader has not acknowledged yet, in bytes. */
  get behindBytes(): number {
    return this.#recorder.endOffset - this.#cursor + this.#unackedBytes;
  }

  /** The reader has dealt with so many bytes. */
  ack(bytes: number): void {
    this.#unackedBytes = Math.max(0, this.#unackedBytes - bytes);
    this.wake();
  }

  /** What trickles in is handed on at most this often, in milliseconds: each time wakes up two programs. */
  setPace(paceMs: number): void {
    if (paceMs === this.#paceMs) return;
    this.#paceMs = paceMs;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.wake();
  }

  /** There may be something new. */
  wake(): void {
    if (this.#timer || this.#reading || this.#disposed) return;
    const paceMs = this.behindBytes >= floodBytes ? pauseMs : this.#paceMs;
    const waitMs = this.#lastSentMs + paceMs - performance.now();
    if (waitMs <= 0) void this.#pump();
    else
      this.#timer = setTimeout(() => {
        this.#timer = null;
        void this.#pump();
      }, waitMs);
  }

  /** Offsets after `fromOffset` moved by `bytes`: goes with them, and says so, if it was there already. */
  rebase(fromOffset: number, bytes: number): void {
    if (this.#disposed || this.#cursor <= fromOffset) return;
    this.#cursor = Math.max(fromOffset, this.#cursor + bytes);
    this.#emit({ type: 'skipped', resumeOffset: this.#cursor, skippedBytes: Math.max(0, -bytes) });
    this.wake();
  }

  end(error: LabError): void {
    if (this.#disposed) return;
    this.#emit({ type: 'ended', code: error.code, message: error.message, hint: error.hint ?? '' });
    this.dispose();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#onDispose(this);
  }

  async #pump(): Promise<void> {
    if (this.#reading || this.#disposed) return;
    this.#reading = true;
    try {
      while (!this.#disposed && this.#unackedBytes < this.#windowBytes) {
        this.#keepUp();
        if (this.#cursor >= this.#recorder.endOffset) return;
        // Straight from memory where it can be: an await here would cost the echo a turn of the event loop.
        const bytes =
          this.#recorder.readMemory(this.#cursor, chunkBytes) ??
          (await this.#recorder.read(this.#cursor, chunkBytes));
        if (this.#disposed) return;
        if (bytes.length === 0) {
          // Let go of while it was read: the next round moves on. Anything else waits for what is printed next.
          if (this.#recorder.keptFrom(this.#cursor) === this.#cursor) return;
          continue;
        }
        this.#emit({ type: 'data', offset: this.#cursor, bytes });
        this.#cursor += bytes.length;
        this.#unackedBytes += bytes.length;
        this.#lastSentMs = performance.now();
      }
    } catch (error) {
      this.#emit({
        type: 'ended',
        code: 'INTERNAL',
        message: `The recording cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        hint: 'Close the console and open it again.',
      });
      this.dispose();
    } finally {
      this.#reading = false;
    }
  }

  /**
   * Moves a cursor that lags too far, whose place was let go of, or that points past an end which a full disk has
   * set back.
   */
  #keepUp(): void {
    const end = this.#recorder.endOffset;
    const lag = end - this.#cursor;
    const tooFar = lag < 0 || lag > this.#maxLagBytes;
    const resumeOffset = this.#recorder.keptFrom(
      tooFar ? Math.max(0, end - viewerHistoryBytes) : this.#cursor,
    );
    if (resumeOffset === this.#cursor) return;
    this.#emit({ type: 'skipped', resumeOffset, skippedBytes: Math.max(0, resumeOffset - this.#cursor) });
    this.#cursor = resumeOffset;
  }
}
