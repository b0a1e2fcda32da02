import { expect, test } from 'vitest';
import { tokenInFragment } from './session.ts';

test('a token is found in the fragment and nowhere else', () => {
  expect(tokenInFragment('#token=abc123')).toBe('abc123');
  expect(tokenInFragment('#/token=abc123')).toBe('abc123');
  expect(tokenInFragment('#token=')).toBeNull();
  expect(tokenInFragment('#/bench/token-board')).toBeNull();
  expect(tokenInFragment('')).toBeNull();
});
