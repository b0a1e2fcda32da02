import type { Retention } from '../../contract/index.ts';
import { defaultSegmentBytes } from './recorder.ts';
import type { Segment } from './segmentFiles.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** So many files at least make up what a board may keep: what is let go of at once is a small part of it. */
const piecesKept = 8;
const leastSegmentBytes = 64 * 1024;

/** A host without a battery-backed clock lives in 1970 until its clock is set. */
const clockSetSinceMs = Date.UTC(2000, 0, 1);

/** The files of one console; only the sealed ones may go. */
export interface KeptConsole {
  readonly sealed: readonly Segment[];
  /** The segment that is being written; null: nothing was ever recorded. */
  readonly open: Segment | null;
}

/**
 * The segments of a board that are to go, oldest first: all whose last byte is older than the age, and then as
 * many as it takes for the rest to fit, indexes included. Within a console only from the oldest on, so that no hole
 * comes about even where the host clock was set back in between.
 */
export function chooseSegmentsToRemove(
  consoles: readonly KeptConsole[],
  retention: Retention,
  nowMs: number,
): Segment[] {
  const candidates = consoles
    .flatMap(({ sealed, open }) => datedSegments(sealed, open, nowMs))
    .sort((a, b) => a.atMs - b.atMs);
  const oldestMs =
    retention.maxAgeDays === null ? Number.NEGATIVE_INFINITY : nowMs - retention.maxAgeDays * dayMs;
  const all = consoles.flatMap(({ sealed, open }) => (open ? [...sealed, open] : sealed));
  let keptBytes = all.reduce((sum, segment) => sum + sizeOf(segment), 0);
  const doomed: Segment[] = [];
  for (const { segment, atMs } of candidates) {
    const tooMuch = retention.maxBytes !== null && keptBytes > retention.maxBytes;
    if (atMs >= oldestMs && !tooMuch) break;
    doomed.push(segment);
    keptBytes -= sizeOf(segment);
  }
  return doomed;
}

/** Sealed segments with when they were last written, never falling; one without a true time has that of the next. */
function datedSegments(
  sealed: readonly Segment[],
  open: Segment | null,
  nowMs: number,
): { segment: Segment; atMs: number }[] {
  let nextMs = open && hasTrueTime(open) ? open.lastByteAtMs : nowMs;
  const times = sealed.toReversed().map((segment) => {
    if (hasTrueTime(segment)) nextMs = segment.lastByteAtMs;
    return nextMs;
  });
  let youngestMs = Number.NEGATIVE_INFINITY;
  return sealed.map((segment, index) => {
    youngestMs = Math.max(youngestMs, times.at(-1 - index) ?? nowMs);
    return { segment, atMs: youngestMs };
  });
}

function hasTrueTime({ lastByteAtMs }: Segment): boolean {
  return lastByteAtMs >= clockSetSinceMs;
}

function sizeOf({ bytes, indexBytes }: Segment): number {
  return bytes + indexBytes;
}

/** How large the segments of a board with so many consoles may grow, in bytes. */
export function segmentBytesFor(retention: Retention, consoles: number): number {
  if (retention.maxBytes === null) return defaultSegmentBytes;
  const piece = Math.floor(retention.maxBytes / (piecesKept * Math.max(1, consoles)));
  return Math.min(defaultSegmentBytes, Math.max(leastSegmentBytes, piece));
}

/** Whether all that an open segment holds is too old to be kept. */
export function isPastAge(segment: Segment, retention: Retention, nowMs: number): boolean {
  const { maxAgeDays } = retention;
  return maxAgeDays !== null && hasTrueTime(segment) && segment.lastByteAtMs < nowMs - maxAgeDays * dayMs;
}
