/** A line that was printed, and when, in milliseconds since the epoch. */
export interface PrintedLine {
  readonly text: string;
  readonly atMs: number;
}

/** What the numbers a board prints say of its own time. */
export interface ClockFinding {
  readonly what: 'went-on' | 'began-anew';
  /** The line that shows it. */
  readonly text: string;
  readonly atMs: number;
}

/** A board's clock and ours may differ so much, as a share of the time that passed, plus two seconds. */
const tolerance = 0.25;
const slackS = 2;
/** `[   12.345678] usb 1-1: ...`: a kernel stamps each line with the seconds since it started. */
const kernelStamp = /^\[\s*(\d+\.\d+)\] /;

/**
 * Whether the board's own time ran on over a power cut, or began anew: lines that count seconds or milliseconds, such
 * as `[  641.3] ...` of a kernel or `uptime 641 s`, before it and after. Null where it printed none that say so. Each
 * kind of line is compared with itself: its words, with the first number left out.
 */
export function traceClock(
  before: readonly PrintedLine[],
  after: readonly PrintedLine[],
  onAtMs: number,
): ClockFinding | null {
  const known = new Map<string, { value: number; atMs: number }>();
  for (const line of before) {
    const seen = readClock(line.text);
    if (seen) known.set(seen.shape, { value: seen.value, atMs: line.atMs });
  }
  let anew: ClockFinding | null = null;
  for (const { text, atMs } of after) {
    const seen = readClock(text);
    const last = seen && known.get(seen.shape);
    if (!seen || !last) continue;
    // A boot may print later what it logged earlier, but nothing before the cut can count what came after it.
    if (ranOn(last, { value: seen.value, atMs })) return { what: 'went-on', text, atMs };
    const sinceOnS = (atMs - onAtMs) / 1000;
    if (seen.value < last.value && seen.value <= sinceOnS * (1 + tolerance) + slackS)
      anew ??= { what: 'began-anew', text, atMs };
  }
  return anew;
}

interface Seen {
  readonly value: number;
  readonly atMs: number;
}

/** The number grew by the seconds, or the milliseconds, that passed. */
function ranOn(from: Seen, to: Seen): boolean {
  const passedS = (to.atMs - from.atMs) / 1000;
  // Too short to tell a clock from any other number.
  if (passedS < slackS) return false;
  const grown = to.value - from.value;
  return [1, 1000].some((perS) => Math.abs(grown / perS - passedS) <= passedS * tolerance && grown > 0);
}

function readClock(text: string): { shape: string; value: number } | null {
  const stamp = kernelStamp.exec(text)?.[1];
  if (stamp !== undefined) return { shape: 'kernel', value: Number(stamp) };
  const number = /\d+(?:\.\d+)?/.exec(text);
  if (!number) return null;
  const shape = `${text.slice(0, number.index)}#${text.slice(number.index + number[0].length)}`;
  return { shape: shape.trim(), value: Number(number[0]) };
}
