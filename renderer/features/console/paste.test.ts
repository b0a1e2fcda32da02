import { expect, test } from 'vitest';
import { maxPasteBytes } from '../../../main/contract/index.ts';
import { countLines, linesWithoutQuestion, mostPasteBytes, pasteWay } from './paste.ts';
import { plainTypingStyle } from './typingHost.ts';

const lines = (count: number) => 'setenv a b\n'.repeat(count);

test('a paste of one line goes as keys, of more as a task, of many after a question', () => {
  expect(pasteWay('version', plainTypingStyle, true)).toBe('keys');
  expect(pasteWay('version\n', plainTypingStyle, true)).toBe('task');
  expect(pasteWay(lines(linesWithoutQuestion), plainTypingStyle, true)).toBe('task');
  expect(pasteWay(lines(linesWithoutQuestion + 1), plainTypingStyle, true)).toBe('ask');
  expect(pasteWay(lines(linesWithoutQuestion + 1), plainTypingStyle, false)).toBe('task');
});

test('a board that wants a slow hand gets one for a single line too', () => {
  expect(pasteWay('version', { ...plainTypingStyle, charDelayMs: 5 }, true)).toBe('task');
  expect(pasteWay('version', { ...plainTypingStyle, waitForEcho: true }, true)).toBe('task');
});

test('what the core would refuse is refused here', () => {
  expect(mostPasteBytes).toBe(maxPasteBytes);
  expect(pasteWay('ä'.repeat(maxPasteBytes / 2), plainTypingStyle, false)).toBe('keys');
  expect(pasteWay(`${'ä'.repeat(maxPasteBytes / 2)}x`, plainTypingStyle, false)).toBe('too-much');
});

test('lines are counted as people do, whatever ends them', () => {
  expect(countLines('a')).toBe(1);
  expect(countLines('a\n')).toBe(1);
  expect(countLines('a\r\nb\rc\nd')).toBe(4);
  expect(countLines('a\n\n')).toBe(2);
});
