import { expect, test } from 'vitest';
import type { BoardId } from '../../contract/index.ts';
import type { TruthFacts } from './truthFacts.ts';
import { judgeTruth } from './truthOutcome.ts';

const off = 1_700_000_000_000;
const on = off + 5000;
const end = on + 8000;

type Given = Partial<Omit<TruthFacts, 'off' | 'on'>> & {
  readonly off?: Partial<TruthFacts['off']>;
  readonly on?: Partial<TruthFacts['on']>;
};

/** A board with a console that was heard before, and of which nothing is seen since. */
const facts = (given: Given = {}): TruthFacts => ({
  offAtMs: off,
  onAtMs: on,
  endAtMs: end,
  heardBeforeAtMs: off - 2000,
  isKnownToBoot: true,
  clock: null,
  others: [],
  ...given,
  off: { audible: true, lastOutputAtMs: null, device: null, watts: null, readBack: null, ...given.off },
  on: {
    audible: true,
    banner: null,
    firstOutputAtMs: null,
    deviceCameAtMs: null,
    watts: null,
    readBack: null,
    ...given.on,
  },
});
const banner = { atMs: on + 700, text: 'U-Boot 2024.01' };
const spoke = { firstOutputAtMs: on + 600 };
const outcome = (given: Given) => judgeTruth(facts(given)).outcome;

test('silent while off and a boot after on is real', () => {
  const verdict = judgeTruth(facts({ on: { ...spoke, banner } }));
  expect(verdict).toMatchObject({ outcome: 'real', atMs: end, others: [] });
  expect(verdict.seen.map(({ kind }) => kind)).toEqual(['console-spoke', 'console-silent', 'boot-banner']);
});

test('a meter that falls to nothing and rises again is real without any console', () => {
  const silent = { audible: false };
  expect(outcome({ off: { ...silent, watts: 0.1 }, on: { ...silent, watts: 4.2 } })).toBe('real');
  expect(outcome({ off: { ...silent, watts: 0.1 }, on: { ...silent, watts: 0.2 } })).toBe('unknown');
});

test('a board whose own time began anew is real though no line of its boot is known', () => {
  const clock = { what: 'began-anew', text: 'uptime 3 s', atMs: on + 3000 } as const;
  expect(outcome({ on: spoke, clock })).toBe('real');
});

test('a board whose own time ran on was never cut, though its device left and came back', () => {
  const clock = { what: 'went-on', text: 'uptime 641 s', atMs: on + 900 } as const;
  const left = { audible: false, device: 'left' } as const;
  expect(outcome({ off: left, on: { ...spoke, deviceCameAtMs: on + 500 }, clock })).toBe('lies');
  expect(outcome({ off: left, on: { ...spoke, banner }, clock })).toBe('lies');
});

test('a device that leaves proves nothing alone', () => {
  expect(outcome({ off: { audible: false, device: 'left' }, on: { deviceCameAtMs: on + 500 } })).toBe(
    'unknown',
  );
  expect(outcome({ off: { audible: false, device: 'left' }, on: { ...spoke, banner } })).toBe('real');
});

test('a device that stays, and watts that flow, are a lie', () => {
  expect(outcome({ off: { device: 'stayed' }, on: { banner } })).toBe('lies');
  expect(outcome({ off: { watts: 3.1 }, on: { watts: 3.2 } })).toBe('lies');
});

test('a console that speaks through the off-time is a lie, also when the board is then reset', () => {
  expect(outcome({ off: { lastOutputAtMs: on - 300 } })).toBe('lies');
  expect(outcome({ off: { lastOutputAtMs: on - 300 }, on: { ...spoke, banner } })).toBe('lies');
});

test('last words on capacitors are no lie, and no proof', () => {
  const lastWords = { lastOutputAtMs: off + 1500 };
  expect(outcome({ off: lastWords, on: { ...spoke, banner } })).toBe('real');
  expect(outcome({ off: lastWords })).toBe('unknown');
});

test('output without a boot is a lie only of a board that is known to print one', () => {
  expect(outcome({ on: spoke })).toBe('lies');
  expect(outcome({ on: spoke, isKnownToBoot: false })).toBe('unknown');
  expect(outcome({ on: spoke, heardBeforeAtMs: null })).toBe('unknown');
});

test('boards that lost power too make it ganged, unless the outlet lies', () => {
  const others = [{ boardId: 'b' as BoardId, how: 'booted', atMs: on + 900 }] as const;
  const verdict = judgeTruth(facts({ on: { ...spoke, banner }, others }));
  expect(verdict).toMatchObject({ outcome: 'ganged', others: ['b'] });
  expect(verdict.text).toContain('With it b lost power');
  expect(outcome({ others })).toBe('ganged');
  expect(outcome({ off: { lastOutputAtMs: on - 100 }, others })).toBe('lies');
});

test('what is unknown says what would help', () => {
  const text = (given: Given) => judgeTruth(facts(given)).text;
  expect(text({ heardBeforeAtMs: null })).toContain('silent before and after');
  expect(text({ off: { audible: false }, on: { audible: false } })).toContain('Bind a console');
  expect(text({})).toContain('showed no boot');
  expect(text({ on: spoke, isKnownToBoot: false })).toContain('uptime');
});
