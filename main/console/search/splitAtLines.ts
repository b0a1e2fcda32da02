import type { Recorder } from '../recording/recorder.ts';

/** How far a cut is moved to fall between two lines. */
const lookAheadBytes = 64 * 1024;

/** A range of a recording in about equal parts, fewer than `parts` where a line is too long to cut behind it. */
export async function splitAtLines(
  recorder: Recorder,
  from: number,
  to: number,
  parts: number,
): Promise<{ from: number; to: number }[]> {
  const cuts: { from: number; to: number }[] = [];
  let start = from;
  for (let part = 1; part < parts; part += 1) {
    const wish = from + Math.floor(((to - from) * part) / parts);
    const ahead = await recorder.read(wish, lookAheadBytes);
    const newline = ahead.indexOf(0x0a);
    const cut = wish + newline + 1;
    if (newline < 0 || cut <= start || cut >= to) continue;
    cuts.push({ from: start, to: cut });
    start = cut;
  }
  return [...cuts, { from: start, to }];
}
