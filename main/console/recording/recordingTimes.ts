import type { RecordingTimes } from '../../contract/index.ts';
import { LabError } from '../../contract/labError.ts';
import { describeRecord, isPowerOn } from './describeRecord.ts';
import type { Recorder } from './recorder.ts';

const mostPoints = 20_000;
const mostEvents = 5_000;

type Point = RecordingTimes['points'][number];
type TimedEvent = RecordingTimes['events'][number];

/**
 * When the bytes from `from` to `to` were printed and what else happened there. Memory stays flat however many
 * records there are. Rejects with LabError BAD_REQUEST when the range is backwards, or the disk's error.
 */
export async function recordingTimes(
  recorder: Recorder,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<RecordingTimes> {
  if (to < from) throw new LabError('BAD_REQUEST', 'A range ends where it begins, or later', { field: 'to' });
  const points = new ThinnedPoints();
  let events: TimedEvent[] = [];
  for await (const record of recorder.readRecords(from, to, signal)) {
    const { kind, offset, timeMs } = record;
    if (kind === 'rx') points.add({ offset, atMs: timeMs });
    else events.push({ kind, offset, atMs: timeMs, text: describeRecord(record) });
    if (events.length >= 2 * mostEvents) events = events.slice(-mostEvents);
  }
  const poweredOn = await recorder.findLast('power', from, isPowerOn);
  return {
    points: points.list(),
    events: events.slice(-mostEvents),
    poweredOnAtMs: poweredOn?.timeMs ?? null,
  };
}

/** Keeps every point until there are too many, then every second, every fourth ... */
class ThinnedPoints {
  #points: Point[] = [];
  #every = 1;
  #seen = 0;

  add(point: Point): void {
    if (this.#seen++ % this.#every !== 0) return;
    this.#points.push(point);
    if (this.#points.length <= mostPoints) return;
    this.#points = this.#points.filter((_, i) => i % 2 === 0);
    this.#every *= 2;
  }

  list(): Point[] {
    return this.#points;
  }
}
