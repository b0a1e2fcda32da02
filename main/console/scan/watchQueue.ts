import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';

export interface WatchQueueOptions {
  readonly recording: {
    readonly endOffset: number;
    read(offset: number, maxBytes: number): Promise<Uint8Array>;
    keptFrom(offset: number): number;
    timeAt(offset: number): Promise<number | null>;
  };
  /** Reads a piece for boots and rules; pieces come in order. */
  readonly look: (bytes: Uint8Array, offset: number, atMs: number) => void;
  /** What trickles in is looked at this often, in milliseconds: each chunk alone would cost more than what is in it. */
  readonly paceMs: () => number;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly atMs: number;
}

/** More than this within one pace is a flood: faster than any UART. */
const floodBytes = 128 * 1024;
const stepBytes = 128 * 1024;
/** While it catches up it leaves the thread to those who read the lines: about three quarters of it. */
const restShare = 3;
const leastRestMs = 4;

/**
 * Hands what a console prints to those who read it for boots and rules: in small batches, and in a flood at leisure
 * from the recording, so that looking never slows down reading.
 */
export class WatchQueue implements Disposable {
  readonly #options: WatchQueueOptions;
  readonly #stop = new AbortController();
  #pieces: Piece[] = [];
  #bytes = 0;
  /** Everything before was looked at. */
  #at: number;
  #timer: NodeJS.Timeout | null = null;
  #isBehind = false;
  /** What happened at places not looked at yet, ascending. */
  #events: { offset: number; readonly run: () => void }[] = [];

  constructor(options: WatchQueueOptions) {
    this.#options = options;
    this.#at = options.recording.endOffset;
  }

  /** It was printed, and is in the recording. */
  push(piece: Piece): void {
    if (this.#isBehind || this.#stop.signal.aborted) return;
    this.#pieces.push(piece);
    this.#bytes += piece.bytes.length;
    if (this.#bytes > floodBytes) this.#fallBehind();
    else this.#timer ??= setTimeout(() => this.flush(), this.#options.paceMs());
  }

  /** Runs `event` once everything before `offset` was looked at: at once, unless it is behind. */
  when(offset: number, event: () => void): void {
    this.flush();
    if (this.#isBehind) this.#events.push({ offset, run: event });
    else event();
  }

  /** Looks at what waits in memory now. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const [first, ...more] = this.#pieces;
    this.#pieces = [];
    this.#bytes = 0;
    if (!first) return;
    const bytes =
      more.length === 0 ? first.bytes : Buffer.concat([first, ...more].map((piece) => piece.bytes));
    this.#at = first.offset + bytes.length;
    this.#options.look(bytes, first.offset, first.atMs);
  }

  /** Offsets after `fromOffset` moved by `bytes`: the disk was away. */
  rebase(fromOffset: number, bytes: number): void {
    this.flush();
    const moved = (offset: number) => (offset > fromOffset ? Math.max(fromOffset, offset + bytes) : offset);
    this.#at = moved(this.#at);
    for (const event of this.#events) event.offset = moved(event.offset);
  }

  /** What was not looked at by now is read from the recording at the next start. */
  dispose(): void {
    if (!this.#isBehind) this.flush();
    this.#stop.abort();
  }

  #fallBehind(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#at = this.#pieces[0]?.offset ?? this.#at;
    this.#pieces = [];
    this.#bytes = 0;
    this.#isBehind = true;
    this.#catchUp().catch((error: unknown) => {
      if (this.#stop.signal.aborted) return;
      this.#options.logger.warn('some output was not read for boots and rules', { error });
      this.#at = this.#options.recording.endOffset;
      this.#runEvents(Number.POSITIVE_INFINITY);
      this.#isBehind = false;
    });
  }

  async #catchUp(): Promise<void> {
    const { recording, clock } = this.#options;
    // The burst that made it fall behind is mostly not over yet.
    await clock.sleep(leastRestMs, this.#stop.signal);
    while (this.#at < recording.endOffset) {
      const startMs = performance.now();
      await this.#step();
      const tookMs = performance.now() - startMs;
      await clock.sleep(Math.max(leastRestMs, restShare * tookMs), this.#stop.signal);
    }
    this.#runEvents(Number.POSITIVE_INFINITY);
    this.#isBehind = false;
  }

  async #step(): Promise<void> {
    const { recording, look, clock } = this.#options;
    this.#runEvents(this.#at);
    const from = this.#at;
    const upTo = Math.min(recording.endOffset, this.#events[0]?.offset ?? Number.POSITIVE_INFINITY);
    const bytes = await recording.read(from, Math.min(stepBytes, upTo - from));
    const atMs = (await recording.timeAt(from)) ?? clock.nowMs();
    this.#stop.signal.throwIfAborted();
    // The disk was away meanwhile, and what was read stands elsewhere now.
    if (this.#at !== from) return;
    if (bytes.length === 0) {
      // Let go of before it was looked at.
      this.#at = Math.max(from + 1, recording.keptFrom(from));
      return;
    }
    this.#at = from + bytes.length;
    look(bytes, from, atMs);
  }

  #runEvents(upTo: number): void {
    while (this.#events[0] && this.#events[0].offset <= upTo) this.#events.shift()?.run();
  }
}
