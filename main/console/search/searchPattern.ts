import { messageOf } from '../../base/errno.ts';
import type { SearchQuery } from '../../contract/index.ts';
import { LabError } from '../../contract/labError.ts';

/**
 * What is looked for, in bytes: recordings are bytes, and a board may print any. An expression is matched against
 * one latin1 character a byte, so that its offsets are byte offsets.
 */
export type SearchPattern =
  | { readonly kind: 'bytes'; readonly base64: string }
  | { readonly kind: 'expression'; readonly source: string; readonly flags: string };

/** Throws LabError BAD_REQUEST (field q) for an expression that cannot be, or not here. */
export function toSearchPattern(query: Pick<SearchQuery, 'q' | 'regex' | 'caseSensitive'>): SearchPattern {
  const { q, regex, caseSensitive } = query;
  if (/[\r\n]/.test(q)) throw badPattern('Lines are searched one by one: leave out the line break');
  if (!regex && caseSensitive) return { kind: 'bytes', base64: Buffer.from(q, 'utf8').toString('base64') };
  if (!regex) return { kind: 'expression', source: [...q].map(anyCase).join(''), flags: 'gm' };
  const flags = caseSensitive ? 'gm' : 'gim';
  try {
    // As it was given, too: an error in it is to be told in the user's own words.
    new RegExp(q, flags);
    const source = toByteExpression(q);
    new RegExp(source, flags);
    return { kind: 'expression', source, flags };
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw badPattern(messageOf(error));
  }
}

function badPattern(message: string): LabError {
  return new LabError('BAD_REQUEST', message, { field: 'q' });
}

/**
 * Both cases of a character spelled out: with the flag `i` the bytes of UTF-8 would be folded as if they were
 * letters of latin1.
 */
function anyCase(character: string): string {
  const cases = [...new Set([character, character.toLowerCase(), character.toUpperCase()])];
  if (cases.length === 1) return escaped(character);
  if (cases.every((each) => /^[a-z]$/i.test(each))) return `[${cases.join('')}]`;
  return `(?:${cases.map(escaped).join('|')})`;
}

function escaped(text: string): string {
  return utf8Bytes(text).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function utf8Bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

const tokens = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|[^\\[]/gu;

/** The expression with its characters beyond ASCII as the bytes of their UTF-8. */
function toByteExpression(source: string): string {
  return source.replace(tokens, (token) => {
    if (isAscii(token)) return token;
    if (!token.startsWith('[')) return `(?:${escaped(token.replace(/^\\/, ''))})`;
    return toAlternatives(token);
  });
}

/** `[aé]` is `[a]` or the two bytes of `é`: a set holds single bytes only. */
function toAlternatives(set: string): string {
  const inside = set.slice(1, -1);
  const wide = [...inside].filter((character) => !isAscii(character));
  if (
    inside.startsWith('^') ||
    wide.some((character) => new RegExp(`-${character}|${character}-`, 'u').test(inside))
  )
    throw badPattern('Sets that exclude, or ranges, can hold ASCII characters only');
  const narrow = [...inside].filter(isAscii).join('');
  return `(?:${[...(narrow === '' ? [] : [`[${narrow}]`]), ...wide.map(escaped)].join('|')})`;
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII has them
  return /^[\x00-\x7f]*$/.test(text);
}
