const tokens = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\{[^}]*\}|[\s\S]/g;
const leastCharacters = 3;

/**
 * A text that is in every match of an expression, the longest there is; null where none is sure. Only what stands
 * plainly outside of groups is looked at: lines without it need not be tried, and most lines are without it.
 */
export function requiredText(source: string): string | null {
  const runs: string[] = [];
  let run = '';
  let depth = 0;
  const endRun = () => {
    runs.push(run);
    run = '';
  };
  for (const [token] of source.matchAll(tokens)) {
    if (token === '|' && depth === 0) return null;
    if (depth === 0 && isPlain(token)) {
      run += token.at(-1);
      continue;
    }
    // The character before may be left out: `colou?r`, `a{0,3}`.
    if (/^[?*{]/.test(token)) run = run.slice(0, -1);
    endRun();
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
  }
  endRun();
  const longest = runs.reduce((best, each) => (each.length > best.length ? each : best), '');
  return longest.length >= leastCharacters ? longest : null;
}

/** A character that stands for itself, also one that is only escaped so that it does. */
function isPlain(token: string): boolean {
  return /^(?:[^\\^$.*+?()[\]{}|]|\\[^A-Za-z0-9])$/s.test(token);
}
