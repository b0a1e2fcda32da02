import { ByteFinder } from './byteFinder.ts';
import { requiredText } from './requiredText.ts';
import type { SearchPattern } from './searchPattern.ts';

/** Hears of a match from byte `start` to `end`; answers whether to go on. */
export type FoundListener = (start: number, end: number) => boolean;

/** Finds the matches in a block of whole lines, ascending. */
export type Matcher = (block: Buffer, found: FoundListener) => void;

const newline = 0x0a;
/** Longer strings than this are made outside of V8's young generation, three times as slowly. */
const pieceBytes = 64 * 1024;

export function createMatcher(pattern: SearchPattern): Matcher {
  if (pattern.kind === 'bytes') return matchBytes(new ByteFinder(Buffer.from(pattern.base64, 'base64')));
  const expression = new RegExp(pattern.source, pattern.flags);
  const required = pattern.flags.includes('i') ? null : requiredText(pattern.source);
  return required === null
    ? matchExpression(expression)
    : matchLinesWith(new ByteFinder(Buffer.from(required, 'latin1')), expression);
}

function matchBytes(finder: ByteFinder): Matcher {
  return (block, found) => {
    finder.tune(block);
    for (let at = finder.next(block, 0); at >= 0; at = finder.next(block, at + finder.bytes))
      if (!found(at, at + finder.bytes)) return;
  };
}

/** Tries the expression on the lines that have a text which every match must have. */
function matchLinesWith(finder: ByteFinder, expression: RegExp): Matcher {
  return (block, found) => {
    finder.tune(block);
    for (let at = finder.next(block, 0); at >= 0; ) {
      const start = at === 0 ? 0 : block.lastIndexOf(newline, at - 1) + 1;
      const end = endOfLine(block, at);
      if (!matchText(expression, block.toString('latin1', start, end), start, found)) return;
      at = finder.next(block, end);
    }
  };
}

function matchExpression(expression: RegExp): Matcher {
  return (block, found) => {
    for (let start = 0; start < block.length; ) {
      const end = endOfLine(block, Math.min(block.length, start + pieceBytes) - 1);
      if (!matchText(expression, block.toString('latin1', start, end), start, found)) return;
      start = end;
    }
  };
}

function matchText(expression: RegExp, text: string, offset: number, found: FoundListener): boolean {
  expression.lastIndex = 0;
  for (let match = expression.exec(text); match; match = expression.exec(text)) {
    const { index } = match;
    const length = match[0].includes('\n') ? lengthInLine(expression, text, index) : match[0].length;
    // A match of nothing is everywhere and tells nothing.
    if (length > 0 && !found(offset + index, offset + index + length)) return false;
    expression.lastIndex = index + Math.max(1, length);
  }
  return true;
}

/** Sets such as `\s` or `[^x]` take line ends as well; what they match in the first line alone is what counts. */
function lengthInLine(expression: RegExp, text: string, index: number): number {
  const end = text.indexOf('\n', index);
  const start = text.lastIndexOf('\n', index - 1) + 1;
  expression.lastIndex = index - start;
  const match = expression.exec(text.slice(start, end));
  return match?.index === index - start ? match[0].length : 0;
}

/** Behind the newline at or after `at`. */
function endOfLine(block: Buffer, at: number): number {
  const end = block.indexOf(newline, at);
  return end < 0 ? block.length : end + 1;
}
