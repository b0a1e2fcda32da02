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

const chunkBytes = 128 * 1024;
/** A flood is handed on at most this often; a lone keystroke's echo goes at once. */
const pauseMs = 4;

/**
 * One reader of a console: a cursor into its recording that is fed as fast as it acknowledges. It can be any
 * distance behind without holding anything up, up to `viewerMaxLagBytes`; then it is moved to the end.
 */
export class Viewer implements Disposable {
  readonly #recorder: Recorder;
  readonly #emit: (event: ViewerEvent) => void;
  readonly #onDispose: (viewer: Viewer) => void;
  #cursor: number;
  #unackedBytes = 0;
  #reading = false;
  #lastSentMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #disposed = false;

  constructor(
    recorder: Recorder,
    fromOffset: number,
    emit: (event: ViewerEvent) => void,
    onDispose: (viewer: Viewer) => void,
  ) {
    this.#recorder = recorder;
    this.#emit = emit;
    this.#onDispose = onDispose;
    const end = recorder.endOffset;
    this.#cursor = fromOffset < 0 ? Math.max(0, end - viewerHistoryBytes) : Math.min(fromOffset, end);
    emit({ type: 'started', fromOffset: this.#cursor, liveOffset: end });
    void this.#pump();
  }

  /** The reader has dealt with so many bytes. */
  ack(bytes: number): void {
    this.#unackedBytes = Math.max(0, this.#unackedBytes - bytes);
    this.wake();
  }

  /** There may be something new. */
  wake(): void {
    if (this.#timer || this.#reading || this.#disposed) return;
    const waitMs = this.#lastSentMs + pauseMs - performance.now();
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
      while (!this.#disposed && this.#unackedBytes < viewerWindowBytes) {
        this.#keepUp();
        if (this.#cursor >= this.#recorder.endOffset) return;
        // Straight from memory where it can be: an await here would cost the echo a turn of the event loop.
        const bytes =
          this.#recorder.readMemory(this.#cursor, chunkBytes) ??
          (await this.#recorder.read(this.#cursor, chunkBytes));
        if (this.#disposed || bytes.length === 0) return;
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

  /** Moves a cursor that lags too far, or that points past an end which a full disk has set back. */
  #keepUp(): void {
    const end = this.#recorder.endOffset;
    const lag = end - this.#cursor;
    if (lag >= 0 && lag <= viewerMaxLagBytes) return;
    const resumeOffset = Math.max(0, end - viewerHistoryBytes);
    this.#emit({ type: 'skipped', resumeOffset, skippedBytes: Math.max(0, resumeOffset - this.#cursor) });
    this.#cursor = resumeOffset;
  }
}
