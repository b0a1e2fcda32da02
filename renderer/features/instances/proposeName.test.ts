import { expect, test } from 'vitest';
import { proposeName } from './proposeName.ts';

test('the first is home, the next home-2, and gaps are filled', () => {
  expect(proposeName('home', [])).toBe('home');
  expect(proposeName('home', ['home'])).toBe('home-2');
  expect(proposeName('home', ['home', 'home-3', 'home-2'])).toBe('home-4');
  expect(proposeName('home', ['home', 'home-3'])).toBe('home-2');
});
