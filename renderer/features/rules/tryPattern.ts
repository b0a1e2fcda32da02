import { RE2JS } from 're2js';

/** What a pattern finds in a text: where, or why it is no pattern. */
export type Trial =
  | { readonly kind: 'match'; readonly start: number; readonly end: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid'; readonly message: string };

/** By the same engine as the core: RE2, in time linear in the text. */
export function tryPattern(pattern: string, regex: boolean, text: string): Trial {
  if (pattern === '') return { kind: 'none' };
  if (!regex) {
    const start = text.indexOf(pattern);
    return start === -1 ? { kind: 'none' } : { kind: 'match', start, end: start + pattern.length };
  }
  try {
    const matcher = RE2JS.compile(pattern).matcher(text);
    return matcher.find() ? { kind: 'match', start: matcher.start(), end: matcher.end() } : { kind: 'none' };
  } catch (error) {
    return { kind: 'invalid', message: error instanceof Error ? error.message : String(error) };
  }
}
