/** A command line taken apart as a shell would, without any of what a shell does beside. */
export type ParsedArgv =
  | { readonly ok: true; readonly argv: readonly string[] }
  | { readonly ok: false; readonly message: string };

/**
 * Blanks part arguments; '...' and "..." keep them together, \ keeps the next character. Nothing else means anything:
 * $, *, | and > are characters like any other.
 */
export function parseArgv(text: string): ParsedArgv {
  const argv: string[] = [];
  let current: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\' && quote !== "'") {
      at += 1;
      if (at === text.length) return { ok: false, message: 'nothing follows the last \\' };
      current = (current ?? '') + text.charAt(at);
    } else if (quote !== null) {
      if (character === quote) quote = null;
      else current += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      current ??= '';
    } else if (/\s/.test(character)) {
      if (current !== null) argv.push(current);
      current = null;
    } else {
      current = (current ?? '') + character;
    }
  }
  if (quote !== null) return { ok: false, message: `a ${quote} is not closed` };
  if (current !== null) argv.push(current);
  return { ok: true, argv };
}

/** The line that `parseArgv` takes apart into these. */
export function formatArgv(argv: readonly string[]): string {
  return argv
    .map((argument) =>
      argument !== '' && !/[\s'"\\]/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`,
    )
    .join(' ');
}

/** Arguments that look as if a shell was meant to read them: it is none, and they mean nothing to it. */
export function shellWords(argv: readonly string[]): string[] {
  return argv.filter((argument) => /^(\||\|\||&&?|;|[<>]{1,2}|2>&1|\$\(.*|`.*)$/.test(argument));
}
