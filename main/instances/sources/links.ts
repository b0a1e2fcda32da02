import path from 'node:path';

/** As Linux does before it gives up. */
const maxHops = 40;

/**
 * The first of these links that leads out of its folder, followed as the system would follow it: through the other
 * links, so that `a -> b/c/up/..` is seen for what it is. `links` maps paths in the folder to what they point to.
 * null: all stay inside. A link that leads nowhere, or round and round, is harmless.
 */
export function findEscape(links: ReadonlyMap<string, string>): string | null {
  for (const link of links.keys()) if (!staysInside(link, links)) return link;
  return null;
}

function staysInside(start: string, links: ReadonlyMap<string, string>): boolean {
  let at: string[] = [];
  const ahead = start.split('/');
  for (let hops = 0; ahead.length > 0; ) {
    const step = ahead.shift();
    if (step === '' || step === '.' || step === undefined) continue;
    if (step === '..') {
      if (at.length === 0) return false;
      at = at.slice(0, -1);
      continue;
    }
    const target = links.get([...at, step].join('/'));
    if (target === undefined) {
      at.push(step);
      continue;
    }
    if (path.posix.isAbsolute(target)) return false;
    hops += 1;
    if (hops > maxHops) return true;
    ahead.unshift(...target.split('/'));
  }
  return true;
}
