import type { IndexRecord } from '../recording/indexCodec.ts';
import { LineScanner } from '../scan/lineScanner.ts';
import { ArrivalTimes } from './arrivalTimes.ts';
import type { BootMachine, Moment } from './bootMachine.ts';

/** What boots are read from: a console's recording. */
export interface BootRecording {
  /** Where what is still kept begins. */
  readonly startOffset: number;
  readonly endOffset: number;
  /** Up to `maxBytes` from `offset`; empty at the end. */
  read(offset: number, maxBytes: number): Promise<Uint8Array>;
  /** Records about bytes `from` to `to`, both included, ascending, and the arrival of the byte at `from`. */
  readRecords(from: number, to: number, signal?: AbortSignal): AsyncIterable<IndexRecord>;
}

export interface ReplayRange {
  readonly from: number;
  readonly to: number;
  /** When `from` was reached: what happened there up to then is known. */
  readonly knownAtMs: number;
  /** By how much the host clock was set before `from`. */
  readonly steppedMs: number;
}

const blockBytes = 256 * 1024;

/**
 * Feeds a part of a recording to the machine, with the times of its index; answers by how much the host clock was
 * set up to its end. Memory stays flat. Rejects with the disk's error or the signal's reason.
 */
export async function replayBoots(
  recording: BootRecording,
  machine: BootMachine,
  range: ReplayRange,
  signal: AbortSignal,
): Promise<number> {
  // A recording without an index still has its lines.
  const times = new ArrivalTimes<Moment>({ atMs: 0, steadyMs: 0 });
  const scanner = new LineScanner(machine.gate, (line) => machine.line(line, times.at(line.offset)));
  let at = range.from;
  let { steppedMs } = range;
  const feedTo = async (end: number) => {
    while (at < end) {
      signal.throwIfAborted();
      const bytes = await recording.read(at, Math.min(end - at, blockBytes));
      if (bytes.length === 0) break;
      scanner.push(bytes, at);
      at += bytes.length;
      times.forgetBefore(scanner.lineOffset);
    }
  };
  for await (const record of recording.readRecords(range.from, range.to, signal)) {
    if (record.kind === 'rx') {
      if (record.offset - at >= blockBytes) await feedTo(record.offset);
      times.add(record.offset, { atMs: record.timeMs, steadyMs: record.timeMs - steppedMs });
      continue;
    }
    if (record.kind === 'clock') {
      const known = record.offset <= range.from && record.timeMs <= range.knownAtMs;
      if (!known && typeof record.payload?.stepMs === 'number') steppedMs += record.payload.stepMs;
      continue;
    }
    if (record.kind !== 'power' && record.kind !== 'tx') continue;
    await feedTo(record.offset);
    const moment = { atMs: record.timeMs, steadyMs: record.timeMs - steppedMs };
    if (record.kind === 'tx') machine.typed(moment);
    else {
      scanner.flush();
      machine.power(record.payload?.state === 'on', record.offset, moment);
    }
  }
  await feedTo(range.to);
  return steppedMs;
}
