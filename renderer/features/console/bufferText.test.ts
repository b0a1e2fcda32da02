import { expect, test } from 'vitest';
import { bufferText } from './bufferText.ts';

test('wrapped rows read as the line that was printed', () => {
  const rows = [
    ['U-Boot 2024', false],
    ['one lo', false],
    ['ng line', true],
    ['', false],
  ] as const;
  const buffer = {
    length: rows.length,
    getLine: (index: number) => {
      const row = rows[index];
      return row === undefined ? undefined : { isWrapped: row[1], translateToString: () => row[0] };
    },
  };
  expect(bufferText(buffer)).toBe('U-Boot 2024\none long line');
});
