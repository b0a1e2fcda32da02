/** One stretch of a text: found, or between what was found. */
export interface TextPart {
  readonly text: string;
  /** Its number among all that were found, from 0; null: it was not looked for. */
  readonly match: number | null;
}

/** More marks than this help nobody and cost the page its breath. */
const mostMatches = 2000;

/** Cuts a text where something is found in it, large and small letters alike. An empty query finds nothing. */
export function findInText(text: string, query: string): readonly TextPart[] {
  if (query === '') return [{ text, match: null }];
  const found: TextPart[] = [];
  const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu');
  let at = 0;
  let count = 0;
  for (const { 0: hit, index } of text.matchAll(pattern)) {
    if (index > at) found.push({ text: text.slice(at, index), match: null });
    found.push({ text: hit, match: count });
    at = index + hit.length;
    count += 1;
    if (count === mostMatches) break;
  }
  if (at < text.length) found.push({ text: text.slice(at), match: null });
  return found;
}

export function countMatches(parts: readonly TextPart[]): number {
  return parts.filter((part) => part.match !== null).length;
}
