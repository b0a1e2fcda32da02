import type { LedgerRecord } from './ledgerCodec.ts';

/** A time in which a board stood one way. */
export interface EnergySpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: 'on' | 'off' | 'unknown';
  readonly idle: boolean;
  /** Mean over the span; null: not metered. */
  readonly watts: number | null;
}

/** Between sound neighbours only: beside a damaged record (null) nothing is known. */
export function toSpans(records: readonly (LedgerRecord | null)[]): EnergySpan[] {
  const spans: EnergySpan[] = [];
  let before: LedgerRecord | null = null;
  for (const record of records) {
    if (before && record && before.state !== 'end' && record.atMs > before.atMs)
      spans.push({
        fromMs: before.atMs,
        toMs: record.atMs,
        state: before.state,
        idle: before.idle,
        watts: record.watts,
      });
    before = record;
  }
  return spans;
}

/** The records that say the same, the last of which says how the board stands since. */
export function toRecords(spans: readonly EnergySpan[], last: LedgerRecord): LedgerRecord[] {
  const records: LedgerRecord[] = [];
  let before: EnergySpan | null = null;
  for (const span of spans) {
    const follows = before !== null && before.toMs === span.fromMs;
    if (before && !follows) records.push(endOf(before));
    records.push({
      atMs: span.fromMs,
      watts: follows && before ? before.watts : null,
      state: span.state,
      idle: span.idle,
    });
    before = span;
  }
  if (before && before.toMs !== last.atMs) records.push(endOf(before));
  return [...records, { ...last, watts: before && before.toMs === last.atMs ? before.watts : null }];
}

/** Spans that follow each other and are alike become one, with their mean; metered ones within `bucketMs` of time. */
export function mergeSpans(
  spans: readonly EnergySpan[],
  bucketMs: (span: EnergySpan) => number,
): EnergySpan[] {
  const merged: EnergySpan[] = [];
  for (const span of spans) {
    const before = merged.at(-1);
    if (before && isAlike(before, span) && isOneBucket(before, span, bucketMs(span)))
      merged[merged.length - 1] = joined(before, span);
    else merged.push(span);
  }
  return merged;
}

function isAlike(a: EnergySpan, b: EnergySpan): boolean {
  return (
    a.toMs === b.fromMs &&
    a.state === b.state &&
    a.idle === b.idle &&
    (a.watts === null) === (b.watts === null)
  );
}

function isOneBucket(a: EnergySpan, b: EnergySpan, bucketMs: number): boolean {
  if (a.watts === null) return true;
  return bucketMs > 0 && Math.floor(a.fromMs / bucketMs) === Math.floor(b.fromMs / bucketMs);
}

function joined(a: EnergySpan, b: EnergySpan): EnergySpan {
  const [aMs, bMs] = [a.toMs - a.fromMs, b.toMs - b.fromMs];
  const watts = a.watts === null || b.watts === null ? null : (a.watts * aMs + b.watts * bMs) / (aMs + bMs);
  return { ...a, toMs: b.toMs, watts };
}

function endOf(span: EnergySpan): LedgerRecord {
  return { atMs: span.toMs, watts: span.watts, state: 'end', idle: false };
}
