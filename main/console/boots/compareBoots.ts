import type { Boot, BootComparison, ComparedRow } from '../../contract/index.ts';
import { type AlignedRun, alignLines } from './alignLines.ts';
import { type BootLine, readBootLines } from './bootLines.ts';
import { maskNoise } from './maskNoise.ts';
import type { BootRecording } from './replay.ts';
import { Turns } from './turns.ts';

/** More lines of a boot are not compared. */
const maxLines = 20_000;
const maxTextLength = 500;
/** A line is looked for among so many that took its place. */
const pairWithin = 20;
/** How much of their words two lines share to count as one that changed. */
const alikeShare = 0.5;

/**
 * What one boot printed differently from another, line by line, noise masked (`maskNoise`). Works in turns, so that
 * a console is not kept waiting. Rejects with the disk's error or the signal's reason.
 */
export async function compareBoots(
  recording: BootRecording,
  boots: { readonly left: Boot; readonly right: Boot },
  signal: AbortSignal,
): Promise<Omit<BootComparison, 'consoleId'>> {
  const left = await readBootLines(recording, boots.left, maxLines, signal);
  const right = await readBootLines(recording, boots.right, maxLines, signal);
  const masked = { left: await maskAll(left.lines, signal), right: await maskAll(right.lines, signal) };
  const runs = await alignLines(masked.left, masked.right, signal);
  const words = { left: masked.left.map(lazyWords), right: masked.right.map(lazyWords) };
  const turns = new Turns(signal);
  const rows: ComparedRow[] = [];
  for (const run of joinChanges(runs))
    await addRows(rows, run, { left: left.lines, right: right.lines }, words, turns);
  return {
    ...boots,
    rows,
    changes: rows.filter(({ kind }) => kind !== 'same').length,
    cutAtLines: left.cut || right.cut ? maxLines : null,
  };
}

async function maskAll(lines: readonly BootLine[], signal: AbortSignal): Promise<string[]> {
  const turns = new Turns(signal);
  const masked: string[] = [];
  for (const { text } of lines) {
    masked.push(maskNoise(text));
    await turns.next();
  }
  return masked;
}

/** What was removed and what was added at one place become one run. */
function joinChanges(runs: readonly AlignedRun[]): AlignedRun[] {
  const joined: AlignedRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last && !last.same && !run.same)
      joined[joined.length - 1] = {
        same: false,
        left: [last.left[0], run.left[1]],
        right: [last.right[0], run.right[1]],
      };
    else joined.push(run);
  }
  return joined;
}

interface Sides<T> {
  readonly left: readonly T[];
  readonly right: readonly T[];
}

async function addRows(
  rows: ComparedRow[],
  run: AlignedRun,
  lines: Sides<BootLine>,
  words: Sides<Words>,
  turns: Turns,
): Promise<void> {
  let r = run.right[0];
  const add = (kind: ComparedRow['kind'], l: number | null, at: number | null) =>
    rows.push({
      kind,
      left: cut(l === null ? null : lines.left[l]),
      right: cut(at === null ? null : lines.right[at]),
    });
  for (let l = run.left[0]; l < run.left[1]; l += 1) {
    await turns.next();
    const partner = run.same ? r : findAlike(words.left[l], words.right, r, run.right[1]);
    if (partner === null) {
      add('removed', l, null);
      continue;
    }
    for (; r < partner; r += 1) add('added', null, r);
    add(run.same ? 'same' : 'changed', l, partner);
    r = partner + 1;
  }
  for (; r < run.right[1]; r += 1) add('added', null, r);
}

/** The first of the next lines that has most words of `line`. */
function findAlike(
  line: Words | undefined,
  lines: readonly Words[],
  from: number,
  to: number,
): number | null {
  for (let at = from; at < Math.min(to, from + pairWithin); at += 1) {
    const other = lines[at];
    if (line && other && shareOf(line(), other()) >= alikeShare) return at;
  }
  return null;
}

/** The words of a line: found out when first asked for, and only then. */
type Words = () => ReadonlySet<string>;

function lazyWords(line: string): Words {
  let words: ReadonlySet<string> | null = null;
  return () => {
    words ??= new Set(line.match(/[\p{L}\p{N}_]+/gu));
    return words;
  };
}

function shareOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let common = 0;
  for (const word of a) if (b.has(word)) common += 1;
  return (2 * common) / (a.size + b.size);
}

function cut(line: BootLine | null | undefined): ComparedRow['left'] {
  return line ? { ...line, text: line.text.slice(0, maxTextLength) } : null;
}
