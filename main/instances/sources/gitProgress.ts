/** What git spends its time on, in order, with the share of the whole at which each begins. */
const phases = [
  ['Counting objects', 0, 0.05],
  ['Compressing objects', 0.05, 0.15],
  ['Receiving objects', 0.15, 0.85],
  ['Resolving deltas', 0.85, 1],
] as const;

/** How far a fetch is, 0..1, by one line of `git fetch --progress`; null: the line is no progress. */
export function gitProgress(line: string): number | null {
  const [, name, percent] = /^(?:remote: )?(\w+ \w+): +(\d{1,3})% /.exec(line) ?? [];
  const phase = phases.find(([phaseName]) => phaseName === name);
  if (!phase || percent === undefined) return null;
  const [, from, to] = phase;
  return from + ((to - from) * Math.min(100, Number(percent))) / 100;
}
