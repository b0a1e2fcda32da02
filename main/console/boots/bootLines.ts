import type { Boot } from '../../contract/index.ts';
import { openGate } from '../scan/lineGate.ts';
import { LineScanner } from '../scan/lineScanner.ts';
import { KnownFrom } from './knownFrom.ts';
import type { BootRecording } from './replay.ts';
import { Turns } from './turns.ts';

export interface BootLine {
  readonly text: string;
  readonly offset: number;
  readonly sincePowerOnMs: number;
}

export interface BootLines {
  readonly lines: readonly BootLine[];
  /** There were more. */
  readonly cut: boolean;
}

/** To find the lines in so many takes a millisecond or two. */
const blockBytes = 32 * 1024;

/** The first lines of a boot with their times. Rejects with the disk's error or the signal's reason. */
export async function readBootLines(
  recording: BootRecording,
  boot: Boot,
  maxLines: number,
  signal: AbortSignal,
): Promise<BootLines> {
  const end = boot.toOffset ?? recording.endOffset;
  const found: { text: string; offset: number }[] = [];
  const scanner = new LineScanner(openGate, ({ text, offset, unfinished }) => {
    if (!unfinished) found.push({ text, offset });
  });
  let at = Math.max(boot.fromOffset, recording.startOffset);
  const turns = new Turns(signal);
  while (at < end && found.length <= maxLines) {
    await turns.next();
    signal.throwIfAborted();
    const bytes = await recording.read(at, Math.min(blockBytes, end - at));
    if (bytes.length === 0) break;
    scanner.push(bytes, at);
    at += bytes.length;
  }
  if (at >= end) scanner.flush();
  const kept = found.slice(0, maxLines);
  const sinceMs = await arrivals(recording, boot, kept.at(-1)?.offset ?? boot.fromOffset, signal);
  const lines = kept.map((line) => ({ ...line, sincePowerOnMs: sinceMs.at(line.offset) }));
  return { lines, cut: found.length > maxLines };
}

/** Milliseconds since the boot began, whatever the host clock did meanwhile. */
async function arrivals(
  recording: BootRecording,
  boot: Boot,
  to: number,
  signal: AbortSignal,
): Promise<KnownFrom<number>> {
  const times = new KnownFrom(0);
  let steppedMs = 0;
  for await (const record of recording.readRecords(boot.fromOffset, to, signal)) {
    const { kind, payload, offset } = record;
    const during = offset > boot.fromOffset || record.timeMs >= boot.startedAtMs;
    if (kind === 'clock' && during && typeof payload?.stepMs === 'number') steppedMs += payload.stepMs;
    if (kind === 'rx') times.add(offset, Math.max(0, record.timeMs - steppedMs - boot.startedAtMs));
  }
  return times;
}
