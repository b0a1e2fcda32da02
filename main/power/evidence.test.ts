import { expect, test } from 'vitest';
import {
  type CableFacts,
  contradictedSilenceMs,
  countsFrom,
  duration,
  judge,
  silenceMs,
} from './evidence.ts';

const t0 = 1_700_000_000_000;
const facts = (given: Partial<CableFacts> = {}): CableFacts => ({
  commanded: null,
  doubt: null,
  since: { atMs: t0, why: 'switch' },
  goneAtMs: null,
  audible: true,
  firstOutputAtMs: null,
  lastOutputAtMs: null,
  ...given,
});
const spoke = (atMs: number, lastAtMs = atMs) => ({ firstOutputAtMs: atMs, lastOutputAtMs: lastAtMs });

test('commanded on is not known on, however long ago', () => {
  for (const laterMs of [0, 1000, 86_400_000])
    expect(judge(facts({ commanded: 'on' }), t0 + laterMs)).toMatchObject({
      state: 'unknown',
      evidence: { kind: 'none', text: 'commanded on; the console has not spoken yet', atMs: t0 },
      reviewAtMs: null,
    });
});

test('the console speaking after power-on proves it, and says after how long', () => {
  expect(judge(facts({ commanded: 'on', ...spoke(t0 + 420) }), t0 + 5000)).toMatchObject({
    state: 'on',
    evidence: { kind: 'console-spoke', text: 'the console spoke 0.4 s after power-on', atMs: t0 + 420 },
  });
});

test('silence after power-off is told but proves nothing', () => {
  const off = facts({ commanded: 'off' });
  expect(judge(off, t0 + silenceMs - 1)).toMatchObject({
    state: 'unknown',
    evidence: { kind: 'none' },
    reviewAtMs: t0 + silenceMs,
  });
  expect(judge(off, t0 + silenceMs)).toMatchObject({
    state: 'unknown',
    evidence: { kind: 'console-silent', atMs: t0 },
    reviewAtMs: null,
  });
});

test('silence means nothing where no console is connected', () => {
  expect(judge(facts({ commanded: 'off', audible: false }), t0 + 60_000)).toMatchObject({
    state: 'unknown',
    evidence: { kind: 'none', text: expect.stringContaining('no console is connected') },
  });
});

test('a console that speaks on contradicts power-off until it has been silent for long', () => {
  const speaking = facts({ commanded: 'off', ...spoke(t0 + 600, t0 + 4000) });
  const believedAtMs = t0 + 4000 + contradictedSilenceMs;
  expect(judge(speaking, t0 + 4100)).toMatchObject({
    state: 'on',
    evidence: { kind: 'console-contradicts', atMs: t0 + 600 },
    reviewAtMs: believedAtMs,
  });
  expect(judge(speaking, believedAtMs)).toMatchObject({
    state: 'unknown',
    evidence: { kind: 'console-silent', atMs: t0 + 4000 },
  });
});

test('an unplugged cable says nothing about power, whatever was seen before', () => {
  expect(judge(facts({ commanded: 'on', ...spoke(t0 + 100), goneAtMs: t0 + 900 }), t0 + 1000)).toMatchObject({
    state: 'unknown',
    evidence: { kind: 'outlet-gone', atMs: t0 + 900 },
  });
});

test.each(['on', 'off'] as const)('a replug makes power unknown though %s stays commanded', (commanded) => {
  const replugged = facts({ commanded, since: { atMs: t0, why: 'replug' } });
  expect(judge(replugged, t0 + 60_000)).toMatchObject({
    state: 'unknown',
    evidence: { kind: 'none', text: expect.stringContaining('unplugged meanwhile') },
  });
});

test('before any command, and in doubt, only the console can tell', () => {
  expect(judge(facts(), t0)).toMatchObject({ state: 'unknown', evidence: { kind: 'none' } });
  expect(judge(facts(spoke(t0 + 5)), t0 + 9)).toMatchObject({
    state: 'on',
    evidence: { kind: 'console-spoke' },
  });
  const doubtful = facts({ commanded: 'off', doubt: 'The last power command broke off on its way' });
  expect(judge(doubtful, t0 + 60_000)).toMatchObject({
    state: 'unknown',
    evidence: { kind: 'none', text: expect.stringContaining('broke off') },
  });
  expect(judge({ ...doubtful, ...spoke(t0 + 5) }, t0 + 9)).toMatchObject({ state: 'on' });
});

test('after a restart of Labdeck a command from before is not called proved', () => {
  const restarted = facts({ commanded: 'on', since: { atMs: t0, why: 'start' } });
  expect(judge(restarted, t0 + 9000)).toMatchObject({
    state: 'unknown',
    evidence: { text: expect.stringContaining('before Labdeck started') },
  });
  expect(judge({ ...restarted, ...spoke(t0 + 9000) }, t0 + 9000).evidence.text).toBe('the console speaks');
});

test('what was still on its way is not held against power-off, and hardly for power-on', () => {
  expect(countsFrom('off', t0) - t0).toBe(500);
  expect(countsFrom('on', t0) - t0).toBeLessThan(100);
});

test('durations read as people say them', () => {
  expect([420, 9949, 12_345, 300_000, 10_800_000].map(duration)).toEqual([
    '0.4 s',
    '9.9 s',
    '12 s',
    '5 min',
    '3 h',
  ]);
});
