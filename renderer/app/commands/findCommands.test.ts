import { expect, test } from 'vitest';
import type { Command } from './command.ts';
import { findCommands, groupCommands } from './findCommands.ts';

const command = (title: string, group = 'Power', more: Partial<Command> = {}) =>
  ({ id: title, title, group, run: () => {}, ...more }) as unknown as Command;
const all = [
  command('Switch beagle on', 'Power', { keywords: 'beagle-2' }),
  command('Switch beagle off'),
  command('Go to beagle', 'Boards', { first: true }),
  command('Theme: dark', 'Window', { keywords: 'color' }),
];
const titles = (commands: readonly Command[]) => commands.map((each) => each.title);

test('every word must be there, in any order', () => {
  expect(titles(findCommands('on beagle', all))).toEqual(['Switch beagle on']);
  expect(titles(findCommands('dark mode', all))).toEqual([]);
});

test('a title that begins with the word comes before one that merely has it', () => {
  expect(titles(findCommands('go', all))[0]).toBe('Go to beagle');
  expect(titles(findCommands('color', all))).toEqual(['Theme: dark']);
});

test('before anything is typed only the likely commands show', () => {
  expect(titles(findCommands('  ', all))).toEqual(['Go to beagle']);
});

test('groups stand in the order of their best command', () => {
  expect(groupCommands(findCommands('beagle', all)).map((each) => each.group)).toEqual(['Power', 'Boards']);
});
