import type { Retention } from '../../contract/index.ts';
import { defaultSegmentBytes } from './recorder.ts';
import type { Segment } from './segmentFiles.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** So many files at least make up what a board may keep: what is let go of at once is a small part of it. */
const piecesKept = 8;
const leastSegmentBytes = 64 * 1024;

/** The files of one console; only the sealed ones may go. */
export interface KeptConsole {
  readonly sealed: readonly Segment[];
  /** Of the segment that is being written. */
  readonly openBytes: number;
}

/**
 * The segments of a board that are to go, oldest first: all whose last byte is older than the age, and then as
 * many as it takes for the rest to fit. Within a console only from the oldest on, so that no hole comes about even
 * where the host clock was set back in between.
 */
export function chooseSegmentsToRemove(
  consoles: readonly KeptConsole[],
  retention: Retention,
  nowMs: number,
): Segment[] {
  const candidates = consoles
    .flatMap(({ sealed }) => {
      let youngestMs = Number.NEGATIVE_INFINITY;
      return sealed.map((segment) => {
        youngestMs = Math.max(youngestMs, segment.lastByteAtMs);
        return { segment, atMs: youngestMs };
      });
    })
    .sort((a, b) => a.atMs - b.atMs);
  const oldestMs =
    retention.maxAgeDays === null ? Number.NEGATIVE_INFINITY : nowMs - retention.maxAgeDays * dayMs;
  let keptBytes =
    consoles.reduce((sum, { openBytes }) => sum + openBytes, 0) +
    candidates.reduce((sum, { segment }) => sum + segment.bytes, 0);
  const doomed: Segment[] = [];
  for (const { segment, atMs } of candidates) {
    const tooMuch = retention.maxBytes !== null && keptBytes > retention.maxBytes;
    if (atMs >= oldestMs && !tooMuch) break;
    doomed.push(segment);
    keptBytes -= segment.bytes;
  }
  return doomed;
}

/** How large the segments of a board with so many consoles may grow, in bytes. */
export function segmentBytesFor(retention: Retention, consoles: number): number {
  if (retention.maxBytes === null) return defaultSegmentBytes;
  const piece = Math.floor(retention.maxBytes / (piecesKept * Math.max(1, consoles)));
  return Math.min(defaultSegmentBytes, Math.max(leastSegmentBytes, piece));
}

/** Whether all that an open segment holds is too old to be kept. */
export function isPastAge(segment: Segment, retention: Retention, nowMs: number): boolean {
  return retention.maxAgeDays !== null && segment.lastByteAtMs < nowMs - retention.maxAgeDays * dayMs;
}
