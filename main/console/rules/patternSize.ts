const token =
  /\\Q.*?(?:\\E|$)|\\[pP](?:\{[^}]*\}|.)|\\x\{[^}]*\}|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|./gs;

/** A class of Unicode has hundreds of ranges. */
const unicodeClassSize = 5;

/**
 * About how many instructions an expression in RE2 syntax is compiled to, without compiling it: counted repeats are
 * written out, so that a short `((.{9}){9}){9}` makes hundreds, and several of them in a row thousands.
 */
export function patternSize(source: string): number {
  const groups: number[] = [];
  let sum = 0;
  /** What a repeat that comes next repeats. */
  let last = 0;
  for (const [part] of source.matchAll(token)) {
    if (part === '(') {
      groups.push(sum);
      sum = 0;
      last = 0;
      continue;
    }
    if (part === ')') {
      last = sum + 2;
      sum = (groups.pop() ?? 0) + last;
      continue;
    }
    const before = last;
    const times = repeatsOf(part);
    last = times === null ? sizeOf(part) : before * times;
    sum += times === null ? last : last - before;
  }
  return groups.reduce((all, size) => all + size, sum);
}

/** `{2}`, `{2,}` and `{2,5}`: how often at most is written out; null for anything else. */
function repeatsOf(part: string): number | null {
  const [, least, more, most] = /^\{(\d+)(,(\d*))?\}$/.exec(part) ?? [];
  if (least === undefined) return null;
  if (more === undefined) return Number(least);
  return most ? Number(most) : Number(least) + 1;
}

function sizeOf(part: string): number {
  if (part.startsWith('\\Q')) return part.length;
  return /\\[pP]/.test(part) ? unicodeClassSize : 1;
}
