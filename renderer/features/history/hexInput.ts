export type HexInput =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: string };

const token = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"',]+)),?/y;
const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, e: 27, '0': 0 };

/** Reads bytes as people write them: `1b 5b 41`, `0x0d,0x0a`, `1b5b41`, `"reset\r"`, mixed. */
export function parseHexInput(text: string): HexInput {
  const bytes: number[] = [];
  const end = text.trimEnd().length;
  token.lastIndex = 0;
  while (token.lastIndex < end) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (found === null) return refuse(text.slice(at).trim());
    const quoted = found[1] ?? found[2];
    const added = quoted === undefined ? hexBytes(found[3] ?? '') : textBytes(quoted);
    if (typeof added === 'string') return { ok: false, reason: added };
    bytes.push(...added);
  }
  return { ok: true, bytes: Uint8Array.from(bytes) };
}

function hexBytes(word: string): number[] | string {
  const digits = word.replace(/^0x/i, '');
  if (!/^[0-9a-f]+$/i.test(digits)) return `“${word}” is no hex number. Put text in quotes.`;
  if (digits.length === 1) return [Number.parseInt(digits, 16)];
  if (digits.length % 2 === 1) return `“${word}” has an odd number of digits: each byte takes two.`;
  return (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

function textBytes(quoted: string): number[] | string {
  const bytes: number[] = [];
  const parts = quoted.matchAll(/\\x([0-9a-f]{2})|\\(.)|([^\\]+)/gisu);
  for (const [, hex, character, plain] of parts) {
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (character !== undefined) bytes.push(...escaped(character));
    else bytes.push(...new TextEncoder().encode(plain));
  }
  return bytes;
}

function escaped(character: string): Iterable<number> {
  const byte = escapes[character];
  return byte === undefined ? new TextEncoder().encode(character) : [byte];
}

function refuse(rest: string): HexInput {
  const quote = /^["']/.exec(rest)?.[0];
  return {
    ok: false,
    reason: quote === undefined ? `“${rest}” can’t be read.` : `A closing ${quote} is missing.`,
  };
}
