import { type IndexRecord, mostPayloadBytes } from './indexCodec.ts';

/** A whole number of base64 quartets, so that what is cut of `tx` can still be decoded. */
const longestString = 48_000;
const leastString = 4;

/**
 * A payload that fits a record of the index: its longest strings are cut as far as it takes, and `cut` says so.
 * null: it cannot be written at all.
 */
export function fitPayload(payload: NonNullable<IndexRecord['payload']>): IndexRecord['payload'] {
  let fitted = payload;
  for (let most = longestString; most >= leastString; most /= 2) {
    const bytes = encodedBytes(fitted);
    if (bytes === null) return null;
    if (bytes <= mostPayloadBytes) return fitted;
    const length = most - (most % 4);
    const entries = Object.entries(payload).map(([key, value]) => [key, cutString(value, length)]);
    fitted = { ...Object.fromEntries(entries), cut: true };
  }
  return null;
}

function cutString(value: unknown, length: number): unknown {
  return typeof value === 'string' ? value.slice(0, length) : value;
}

function encodedBytes(payload: object): number | null {
  try {
    return Buffer.byteLength(JSON.stringify(payload), 'utf8');
  } catch {
    // A circle, or a bigint: JSON has neither.
    return null;
  }
}
