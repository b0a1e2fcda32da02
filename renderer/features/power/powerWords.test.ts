import { expect, test } from 'vitest';
import type { Board, OutletFacts, PowerEvidence, PowerReading } from '../../../main/contract/index.ts';
import { knownConsequences, refusedConsequences, wokenWith } from './consequences.ts';
import { chosenAtFirst, harmOfMany, type ManyChoice, switchableBoards } from './many.ts';
import { commandText, disagrees, idleOffText, offsetText, testBeganMs, wattsText } from './powerWords.ts';

const reading = (part: Partial<PowerReading>) => part as PowerReading;

test('told and known disagree only where something is known, and not while it is switched', () => {
  expect(disagrees(reading({ busy: false, commanded: 'off', known: 'on' }))).toBe(true);
  expect(disagrees(reading({ busy: true, commanded: 'off', known: 'on' }))).toBe(false);
  expect(disagrees(reading({ busy: false, commanded: 'off', known: 'unknown' }))).toBe(false);
  expect(disagrees(reading({ busy: false, commanded: null, known: 'on' }))).toBe(false);
});

test('who switched is told: you, somebody, or a reason', () => {
  const by = (commandedBy: string | null) =>
    commandText(reading({ commanded: 'off', commandedBy }), 'this computer');
  expect(by('this computer')).toBe('Switched off by you');
  expect(by('nightly-ci')).toBe('Switched off by nightly-ci');
  expect(by('idle')).toBe('Switched off because it was idle');
  expect(by(null)).toBe('Switched off');
  expect(commandText(reading({ commanded: null, commandedBy: null }), null)).toBeNull();
});

test('time left is rounded down: a board never stays on shorter than it was said', () => {
  expect(idleOffText(12 * 60_000 + 59_000, 0)).toBe('in 12 min');
  expect(idleOffText(59_900, 0)).toBe('in 59 s');
  expect(idleOffText(0, 5000)).toBe('now');
  expect(idleOffText(3 * 3_600_000, 0)).toBe('in 3 h');
});

test('small and large power are both told with the digits that matter', () => {
  expect([0.4, 3.24, 118.4].map(wattsText)).toEqual(['0.40 W', '3.2 W', '118 W']);
});

test('details of a refusal are consequences only where they name somebody or something', () => {
  expect(refusedConsequences({ boards: ['panda', 7], refuses: null })).toEqual({
    boards: ['panda'],
    refuses: null,
  });
  expect(refusedConsequences({ refuses: 'the keyboard hangs on it' })).toEqual({
    boards: [],
    refuses: 'the keyboard hangs on it',
  });
  expect(refusedConsequences({ boards: [], pid: 12 })).toBeNull();
  expect(refusedConsequences({})).toBeNull();
});

test('boards that are off already are no consequence', () => {
  const outlet = { alsoCuts: ['b', 'c', 'd'], refuses: null } as unknown as OutletFacts;
  const power = {
    a: reading({ outlet }),
    b: reading({ known: 'off' }),
    c: reading({ known: 'unknown' }),
    d: reading({ known: 'on' }),
  };
  expect(knownConsequences('a', power)).toEqual({ boards: ['c', 'd'], refuses: null });
  expect(
    knownConsequences('a', { ...power, c: reading({ known: 'off' }), d: reading({ known: 'off' }) }),
  ).toBeNull();
  expect(knownConsequences('b', power)).toBeNull();
});

const choice = (name: string, known: 'on' | 'off', outlet: Partial<OutletFacts> = {}): ManyChoice => ({
  board: { boardId: name, name, displayName: '' } as Board,
  reading: reading({
    switchable: true,
    known,
    outlet: { alsoCuts: [], refuses: null, ...outlet } as unknown as OutletFacts,
  }),
});

test('of many boards those that can be switched are offered, by name, and those not yet so are chosen', () => {
  const choices = [choice('b10', 'off'), choice('b2', 'on')];
  const power = Object.fromEntries(choices.map((each) => [each.board.name, each.reading]));
  const boards = [...choices.map((each) => each.board), { boardId: 'bare', name: 'bare' } as Board];
  const offered = switchableBoards(boards, { ...power, bare: reading({ switchable: false }) });
  expect(offered.map(({ board }) => board.name)).toEqual(['b2', 'b10']);
  expect(chosenAtFirst(offered, 'on')).toEqual(['b10']);
});

test('boards that are switched off anyway are no harm; others are named once', () => {
  const hub = { alsoCuts: ['a', 'b', 'c'] as unknown as OutletFacts['alsoCuts'] };
  const choices = [choice('a', 'on', hub), choice('b', 'on', hub), choice('c', 'on')];
  expect(harmOfMany(choices, ['a', 'b'])).toEqual({ boards: ['c'], refuses: [] });
  expect(harmOfMany(choices, ['a', 'b', 'c'])).toBeNull();
  expect(harmOfMany(choices, ['c'])).toBeNull();
});

test('who is switched off and gets power with this board is known before it is switched on', () => {
  const off = { known: 'off', commanded: 'off' } as const;
  const outlet = { alsoPowers: ['b', 'c', 'd'] } as unknown as OutletFacts;
  const power = {
    a: reading({ ...off, outlet }),
    b: reading(off),
    c: reading({ known: 'on', commanded: 'off' }),
    d: reading({ known: 'off', commanded: null }),
  };
  expect(wokenWith('a', power)).toEqual(['b']);
  expect(wokenWith('a', { ...power, a: reading({ known: 'on', outlet }) })).toEqual([]);
  expect(wokenWith('b', power)).toEqual([]);
});

test('what a test saw is counted from its first sign, however long ago the board was heard before', () => {
  const seen = (kind: PowerEvidence['kind'], atMs: number) => ({ kind, atMs, text: '' });
  const heard = seen('console-spoke', 1000);
  expect(testBeganMs([heard, seen('console-silent', 83_000)])).toBe(83_000);
  expect(testBeganMs([seen('read-back', 500), heard])).toBe(500);
  expect(testBeganMs([heard])).toBe(1000);
  expect([-82_000, -400_000, 0, 3140, 9960, 12_400].map(offsetText)).toEqual([
    '−82 s',
    '−7 min',
    '+0.0 s',
    '+3.1 s',
    '+10 s',
    '+12 s',
  ]);
});
