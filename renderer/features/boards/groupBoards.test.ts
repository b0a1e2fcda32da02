import { expect, test } from 'vitest';
import type { Board, ConsoleInfo, PowerReading } from '../../../main/contract/index.ts';
import { attentionReason, groupBoards } from './groupBoards.ts';

const board = (name: string, displayName = '') => ({ boardId: name, name, displayName }) as unknown as Board;
const reading = (known: 'on' | 'off' | 'unknown', kind = 'none') =>
  ({ known, evidence: { kind } }) as unknown as PowerReading;
const line = (boardId: string, state: ConsoleInfo['state']) => ({ boardId, state }) as unknown as ConsoleInfo;

test('boards are grouped by what is known, in a fixed order, and counted by name', () => {
  const groups = groupBoards(
    [board('b-10'), board('b-2'), board('c'), board('d'), board('e')],
    { 'b-10': reading('on'), 'b-2': reading('on'), c: reading('off'), e: reading('off') },
    { 'e.main': line('e', 'unplugged'), 'c.main': line('c', 'off') },
  );
  expect(groups.map((group) => [group.title, group.boards.map((each) => each.name)])).toEqual([
    ['On', ['b-2', 'b-10']],
    ['Off', ['c']],
    ['Unknown', ['d']],
    ['Needs attention', ['e']],
  ]);
});

test('a lying or missing outlet and a refused port need attention; a line that is off does not', () => {
  expect(attentionReason(reading('on', 'console-contradicts'), [])).toBe('power in doubt');
  expect(attentionReason(reading('unknown', 'outlet-gone'), [])).toBe('power outlet gone');
  expect(attentionReason(reading('on'), [line('a', 'denied')])).toBe('no access');
  expect(attentionReason(reading('off'), [line('a', 'off'), line('a', 'opening')])).toBeNull();
  expect(attentionReason(undefined, [])).toBeNull();
});
