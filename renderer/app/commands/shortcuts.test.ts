import { expect, test } from 'vitest';
import { keys } from './keys.ts';
import { matchesShortcut, worksInTerminal } from './shortcuts.ts';

const press = (code: string, keys: readonly string[]) => ({
  code,
  ctrlKey: keys.includes('ctrl'),
  shiftKey: keys.includes('shift'),
  altKey: keys.includes('alt'),
  metaKey: keys.includes('meta'),
});

test('a shortcut needs exactly its keys', () => {
  expect(matchesShortcut(press('KeyP', ['ctrl', 'shift']), 'Ctrl+Shift+P')).toBe(true);
  expect(matchesShortcut(press('KeyP', ['ctrl']), 'Ctrl+Shift+P')).toBe(false);
  expect(matchesShortcut(press('KeyP', ['ctrl', 'shift', 'alt']), 'Ctrl+Shift+P')).toBe(false);
  expect(matchesShortcut(press('KeyK', ['ctrl', 'meta']), 'Ctrl+K')).toBe(false);
});

test('signs and arrows are keys too', () => {
  expect(matchesShortcut(press('Equal', ['ctrl', 'shift']), 'Ctrl+Shift++')).toBe(true);
  expect(matchesShortcut(press('Minus', ['ctrl', 'shift']), 'Ctrl+Shift+-')).toBe(true);
  expect(matchesShortcut(press('ArrowDown', ['ctrl', 'shift']), 'Ctrl+Shift+Down')).toBe(true);
  expect(matchesShortcut(press('Comma', ['ctrl']), 'Ctrl+,')).toBe(true);
  expect(matchesShortcut(press('Enter', ['ctrl', 'shift']), 'Ctrl+Shift+Enter')).toBe(true);
});

test('no two commands share a key', () => {
  const all = Object.values(keys);
  expect(new Set(all).size).toBe(all.length);
});

test('a terminal gives up only Ctrl+Shift', () => {
  expect(worksInTerminal('Ctrl+Shift+F')).toBe(true);
  expect(worksInTerminal('Ctrl+K')).toBe(false);
});
