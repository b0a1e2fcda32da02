/**
 * A test for names of branches: `*` stands for anything but a slash, `**` for anything at all. Not an expression:
 * many stars would make one take its time.
 */
export function branchMatcher(pattern: string): (name: string) => boolean {
  const tokens = pattern.match(/\*\*|./gs) ?? [];
  return (name) => {
    /** Where in the name the tokens so far may end. */
    let ends = new Set([0]);
    for (const token of tokens) ends = step(token, name, ends);
    return ends.has(name.length);
  };
}

function step(token: string, name: string, starts: ReadonlySet<number>): Set<number> {
  const ends = new Set<number>();
  for (const start of starts) {
    if (token === '*' || token === '**') addRun(token, name, start, ends);
    else if (name[start] === token) ends.add(start + 1);
  }
  return ends;
}

/** What another start has reached already, it has gone on from as well. */
function addRun(token: '*' | '**', name: string, start: number, ends: Set<number>): void {
  for (let at = start; at <= name.length && !ends.has(at); at += 1) {
    ends.add(at);
    if (token === '*' && name[at] === '/') return;
  }
}
