import { SteadyTimeline } from '../recording/clockSteps.ts';
import type { IndexRecord } from '../recording/indexCodec.ts';
import type { Recorder } from '../recording/recorder.ts';

/** A recording as it happened: output in pieces, and what happened between them. */
export type ReplayItem =
  | {
      readonly type: 'output';
      readonly bytes: Uint8Array;
      /** Host time, ms since the epoch. */
      readonly atMs: number;
      /** The same by a clock that is never set: differences are what really passed. */
      readonly steadyMs: number;
    }
  | { readonly type: 'event'; readonly record: IndexRecord; readonly steadyMs: number };

const readBytes = 256 * 1024;

/**
 * What is recorded from `from` to `to`; what is let go of meanwhile is passed over. Memory stays flat. `timeline` goes
 * on where the caller's records before `from` left it. Rejects with the disk's error or the signal's reason.
 */
export async function* replay(
  recorder: Recorder,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
  timeline = new SteadyTimeline(),
): AsyncGenerator<ReplayItem> {
  const reader = new ForwardReader(recorder, from);
  let atMs = 0;
  let steadyMs = 0;
  for await (const record of recorder.readRecords(from, to, signal)) {
    for await (const bytes of reader.upTo(Math.min(record.offset, to), signal))
      yield { type: 'output', bytes, atMs, steadyMs };
    steadyMs = timeline.timeMs(record);
    if (record.kind === 'rx') atMs = record.timeMs;
    else yield { type: 'event', record, steadyMs };
  }
  for await (const bytes of reader.upTo(to, signal)) yield { type: 'output', bytes, atMs, steadyMs };
}

/** Reads a recording forward in large pieces and hands it out in small ones. */
class ForwardReader {
  readonly #recorder: Recorder;
  #block: Uint8Array = Buffer.alloc(0);
  #blockOffset: number;

  constructor(recorder: Recorder, from: number) {
    this.#recorder = recorder;
    this.#blockOffset = from;
  }

  async *upTo(end: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    while (this.#blockOffset < end) {
      signal?.throwIfAborted();
      if (this.#block.length === 0) {
        this.#blockOffset = this.#recorder.keptFrom(this.#blockOffset);
        if (this.#blockOffset >= end) return;
        this.#block = await this.#recorder.read(this.#blockOffset, readBytes);
        // Let go of between the two calls, or the end of what there is.
        if (this.#block.length === 0 && this.#recorder.keptFrom(this.#blockOffset) === this.#blockOffset)
          return;
        continue;
      }
      const piece = this.#block.subarray(0, end - this.#blockOffset);
      this.#block = this.#block.subarray(piece.length);
      this.#blockOffset += piece.length;
      yield piece;
    }
  }
}
