import { expect, test } from 'vitest';
import { changedWords, type Piece } from './changedWords.ts';

const marked = (pieces: readonly Piece[]) =>
  pieces.map((piece) => (piece.changed ? `[${piece.text}]` : piece.text)).join('');

test('only the words that differ are marked, on each side its own', () => {
  const { left, right } = changedWords(
    'mmc0: new high speed SD card',
    'mmc0: new ultra high speed SDHC card',
  );
  expect(marked(left)).toBe('mmc0: new high speed [SD] card');
  expect(marked(right)).toBe('mmc0: new [ultra ]high speed [SDHC] card');
});

test('times and addresses are shown as they are, and not marked', () => {
  const { left, right } = changedWords(
    '[    1.204113] foo at 0xdead0000: ok',
    '[    1.310022] foo at 0xbeef0000: failed',
  );
  expect(marked(left)).toBe('[    1.204113] foo at 0xdead0000: [ok]');
  expect(marked(right)).toBe('[    1.310022] foo at 0xbeef0000: [failed]');
});

test('a line beyond measure is marked as a whole', () => {
  const long = 'a b '.repeat(1000);
  expect(changedWords(long, 'b').left).toEqual([{ text: long, changed: true }]);
});
