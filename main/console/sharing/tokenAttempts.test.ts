import { expect, test } from 'vitest';
import { TokenAttempts } from './tokenAttempts.ts';

test('five wrong tokens within a minute block an address, and no other, until the minute is over', () => {
  let nowMs = 0;
  const attempts = new TokenAttempts(() => nowMs);
  for (let attempt = 0; attempt < 5; attempt += 1) attempts.failed('192.0.2.1');
  expect(attempts.isBlocked('192.0.2.1')).toBe(true);
  expect(attempts.isBlocked('192.0.2.2')).toBe(false);
  nowMs = 60_000;
  expect(attempts.isBlocked('192.0.2.1')).toBe(false);
});
