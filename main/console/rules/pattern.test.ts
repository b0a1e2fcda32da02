import { describe, expect, test } from 'vitest';
import { compilePattern } from './pattern.ts';
import { patternSize } from './patternSize.ts';

const regex = (pattern: string) => compilePattern({ pattern, regex: true });

test.each([
  ['abc', 3],
  ['a{10}', 10],
  ['x(ab){3}', 13],
  ['((a{10}){10})', 122],
  ['[^]{}()a-z\\]]{4}\\{', 5],
  ['\\Q{9}(\\E', 8],
  ['a{2,}b{2,7}c{', 12],
  ['\\p{Greek}{3}', 15],
])('%s has about %d instructions', (pattern, size) => {
  expect(patternSize(pattern)).toBe(size);
});

describe('an expression', () => {
  test.each([
    '[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}',
    '(\\d{1,3}\\.){3}\\d{1,3}',
    'Press .{1,20} to (abort|stop) autoboot',
    'x'.repeat(500),
  ])('as people write them is taken: %.40s', (pattern) => {
    expect(() => regex(pattern)).not.toThrow();
  });

  test.each(['.{1000}'.repeat(70), '(.{30}){30}', '((a{9}){9}){9}x{1,100}', '\\pL{400}'])(
    'that makes a huge program is refused: %.40s',
    (pattern) => {
      expect(() => regex(pattern)).toThrow(
        expect.objectContaining({ code: 'BAD_REQUEST', data: expect.objectContaining({ field: 'pattern' }) }),
      );
    },
  );
});
