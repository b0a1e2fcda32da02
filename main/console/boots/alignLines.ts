import { diffArrays } from 'diff';
import { Turns } from './turns.ts';

/** A run of lines of the left side and the run of the right side that stands in its place; either may be empty. */
export interface AlignedRun {
  readonly same: boolean;
  readonly left: readonly [from: number, to: number];
  readonly right: readonly [from: number, to: number];
}

/** Places of a line on the left and on the right. */
type Pair = readonly [left: number, right: number];

/** To ask for the time at every line would be most of the work. */
const linesPerLook = 256;
/**
 * A stretch without a landmark is compared in detail up to so many changes; beyond, it is one change. The work grows
 * with their square, and is done in one go: so many take a few milliseconds.
 */
const maxEdits = 250;

/**
 * Aligns two lists of lines. Lines that stand exactly once on either side are landmarks (a "patience" diff); what
 * lies between two of them is compared by Myers' algorithm, so that the time it takes stays near the length of the
 * lists even where they have little in common. Rejects with the signal's reason.
 */
export async function alignLines(
  left: readonly string[],
  right: readonly string[],
  signal: AbortSignal,
): Promise<AlignedRun[]> {
  const runs: AlignedRun[] = [];
  let [l, r] = [0, 0];
  const turns = new Turns(signal);
  const marks = await landmarks(left, right, turns);
  for (const [landmarkL, landmarkR] of [...marks, [left.length, right.length] as const]) {
    if (l < landmarkL || r < landmarkR) runs.push(...compareStretch(left, l, landmarkL, right, r, landmarkR));
    if (landmarkL < left.length)
      runs.push({ same: true, left: [landmarkL, landmarkL + 1], right: [landmarkR, landmarkR + 1] });
    l = landmarkL + 1;
    r = landmarkR + 1;
    await turns.next();
  }
  return runs;
}

function compareStretch(
  left: readonly string[],
  l: number,
  lEnd: number,
  right: readonly string[],
  r: number,
  rEnd: number,
): AlignedRun[] {
  const parts = diffArrays(left.slice(l, lEnd), right.slice(r, rEnd), { maxEditLength: maxEdits });
  if (!parts) return [{ same: false, left: [l, lEnd], right: [r, rEnd] }];
  const runs: AlignedRun[] = [];
  let [atL, atR] = [l, r];
  for (const { added, removed, count } of parts) {
    const endL = added ? atL : atL + count;
    const endR = removed ? atR : atR + count;
    runs.push({ same: !added && !removed, left: [atL, endL], right: [atR, endR] });
    atL = endL;
    atR = endR;
  }
  return runs;
}

/** Pairs of lines that stand once on either side, as many as come in the same order on both. */
async function landmarks(left: readonly string[], right: readonly string[], turns: Turns): Promise<Pair[]> {
  const inRight = await placesOfUnique(right, turns);
  const pairs: Pair[] = [];
  for (const [line, l] of await placesOfUnique(left, turns)) {
    const r = inRight.get(line);
    if (r !== undefined) pairs.push([l, r]);
  }
  await turns.next();
  return longestRising(pairs);
}

async function placesOfUnique(lines: readonly string[], turns: Turns): Promise<Map<string, number>> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (places.has(line)) repeated.add(line);
    else places.set(line, index);
    if (index % linesPerLook === 0) await turns.next();
  }
  for (const line of repeated) places.delete(line);
  return places;
}

/** The longest subsequence whose second numbers rise (patience sorting). */
function longestRising(pairs: readonly Pair[]): Pair[] {
  /** Index into `pairs` of the smallest end of a rising sequence of each length. */
  const ends: number[] = [];
  const before: number[] = [];
  pairs.forEach(([, value], index) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[ends[middle] ?? 0]?.[1] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? (ends[low - 1] ?? -1) : -1;
    ends[low] = index;
  });
  const rising: Pair[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = pairs[at];
    if (pair) rising.push(pair);
  }
  return rising.reverse();
}
