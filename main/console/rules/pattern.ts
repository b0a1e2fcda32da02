import { RE2JS } from 're2js';
import { messageOf } from '../../base/errno.ts';
import type { ExpectRule } from '../../contract/index.ts';
import { fail } from '../../contract/labError.ts';
import { needsCleaning } from '../scan/lineText.ts';
import { patternSize } from './patternSize.ts';

/** What a rule looks for. It runs in linear time, whatever the expression and the line. */
export interface RulePattern {
  /** How often it is in the line, without overlap. */
  count(line: string): number;
  /** Whether a line of this text (latin1, one character a byte) can hold it; true when that is not cheap to say. */
  mayBeIn(text: string): boolean;
}

/** A prompt that matches over and over in one line must not take for ever. */
const maxCount = 1_000;

/** As long as a pattern may be. What is larger takes long to compile, and other consoles wait meanwhile. */
const mostInstructions = 500;

/** Throws LabError BAD_REQUEST with `field` when the expression is none in RE2 syntax, or too large. */
export function compilePattern(rule: Pick<ExpectRule, 'pattern' | 'regex'>, field = 'pattern'): RulePattern {
  return rule.regex ? compileExpression(rule.pattern, field) : literalPattern(rule.pattern);
}

function literalPattern(literal: string): RulePattern {
  const bytes = Buffer.from(literal, 'utf8').toString('latin1');
  return {
    count: (line) => line.split(literal, maxCount).length - 1,
    mayBeIn: (text) => text.includes(bytes) || needsCleaning(text),
  };
}

function compileExpression(source: string, field: string): RulePattern {
  const expression = compile(source, field);
  if (expression.test(''))
    fail('BAD_REQUEST', 'The pattern matches even an empty line', 'Let it ask for at least one character.', {
      field,
    });
  // Where lines begin and end shows only when the text is cut into lines.
  const wholeTextTells = !/[$^]|\\[bBAzZQ]|\(\?/.test(source);
  return {
    count: (line) => (expression.test(line) ? countMatches(expression, line) : 0),
    mayBeIn: (text) => !wholeTextTells || expression.test(text) || needsCleaning(text),
  };
}

function compile(source: string, field: string): RE2JS {
  if (patternSize(source) > mostInstructions)
    fail(
      'BAD_REQUEST',
      'The pattern repeats too much',
      `Its counted repeats, as in {1,500}, may come to ${mostInstructions} characters together; use + or * instead.`,
      { field },
    );
  try {
    return RE2JS.compile(source);
  } catch (error) {
    return fail(
      'BAD_REQUEST',
      `The pattern is no expression: ${messageOf(error)}`,
      'RE2 syntax: no look-around, no back-references. For a plain text leave regex off.',
      { field },
    );
  }
}

function countMatches(expression: RE2JS, line: string): number {
  const matcher = expression.matcher(line);
  let count = 0;
  while (count < maxCount && matcher.find()) count += 1;
  return count;
}
