import type { Retention } from '../../../main/contract/index.ts';

export const bytesPerGb = 1_000_000_000;
export const largestGb = 100_000;
/** As the contract has it: about a hundred years. */
export const longestDays = 36_500;

/** How people think of it; the core takes any mixture of the two limits. */
export type RetentionKind = 'everything' | 'size' | 'age' | 'both';

export function retentionKind({ maxBytes, maxAgeDays }: Retention): RetentionKind {
  if (maxBytes === null) return maxAgeDays === null ? 'everything' : 'age';
  return maxAgeDays === null ? 'size' : 'both';
}

/** The retention of that kind: limits that were set stay, others begin where they harm nobody soon. */
export function withKind(before: Retention, kind: RetentionKind): Retention {
  const limitsSize = kind === 'size' || kind === 'both';
  const limitsAge = kind === 'age' || kind === 'both';
  return {
    maxBytes: limitsSize ? (before.maxBytes ?? 10 * bytesPerGb) : null,
    maxAgeDays: limitsAge ? (before.maxAgeDays ?? 365) : null,
  };
}

/** `Keeps everything`, `Keeps up to 10 GB, of the last 30 days`. */
export function describeRetention({ maxBytes, maxAgeDays }: Retention): string {
  const size = maxBytes === null ? null : `up to ${gbText(maxBytes)} GB`;
  const age = maxAgeDays === null ? null : `the last ${maxAgeDays === 1 ? 'day' : `${maxAgeDays} days`}`;
  if (size !== null && age !== null) return `Keeps ${size}, of ${age}`;
  return `Keeps ${size ?? age ?? 'everything'}`;
}

export function gbText(bytes: number): string {
  return String(Math.round((bytes / bytesPerGb) * 1000) / 1000);
}
