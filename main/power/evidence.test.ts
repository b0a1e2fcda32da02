import { expect, test } from 'vitest';
import { judge } from './evidence.ts';
import {
  contradictedSilenceMs,
  countsFrom,
  deviceGraceMs,
  ownDeviceGraceMs,
  type PowerFacts,
  silenceMs,
} from './powerFacts.ts';
import { duration } from './witnesses.ts';

const t0 = 1_700_000_000_000;
const facts = (given: Partial<PowerFacts> = {}): PowerFacts => ({
  commanded: null,
  doubt: null,
  readBack: null,
  wasOn: false,
  banner: null,
  device: null,
  ownDevice: null,
  repeatsCommand: false,
  meter: null,
  verdict: null,
  since: { atMs: t0, why: 'switch' },
  endedAtMs: null,
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
      known: 'unknown',
      evidence: { kind: 'none', text: 'commanded on; the console has not spoken yet', atMs: t0 },
      reviewAtMs: null,
    });
});

test('the console speaking after power-on proves it, and says after how long', () => {
  expect(judge(facts({ commanded: 'on', ...spoke(t0 + 420) }), t0 + 5000)).toMatchObject({
    known: 'on',
    evidence: { kind: 'console-spoke', text: 'the console spoke 0.4 s after power-on', atMs: t0 + 420 },
  });
});

test('silence after power-off is told but proves nothing', () => {
  const off = facts({ commanded: 'off' });
  expect(judge(off, t0 + silenceMs - 1)).toMatchObject({
    known: 'unknown',
    evidence: { kind: 'none' },
    reviewAtMs: t0 + silenceMs,
  });
  expect(judge(off, t0 + silenceMs)).toMatchObject({
    known: 'unknown',
    evidence: { kind: 'console-silent', atMs: t0 },
    reviewAtMs: null,
  });
});

test('silence means nothing where no console is connected', () => {
  expect(judge(facts({ commanded: 'off', audible: false }), t0 + 60_000)).toMatchObject({
    known: 'unknown',
    evidence: { kind: 'none', text: expect.stringContaining('no console is connected') },
  });
});

test('a console that speaks on contradicts power-off until it has been silent for long', () => {
  const speaking = facts({ commanded: 'off', ...spoke(t0 + 600, t0 + 4000) });
  const believedAtMs = t0 + 4000 + contradictedSilenceMs;
  expect(judge(speaking, t0 + 4100)).toMatchObject({
    known: 'on',
    evidence: { kind: 'console-contradicts', atMs: t0 + 600 },
    reviewAtMs: believedAtMs,
  });
  expect(judge(speaking, believedAtMs)).toMatchObject({
    known: 'unknown',
    evidence: { kind: 'console-silent', atMs: t0 + 4000 },
  });
});

test('an unplugged cable says nothing about power, whatever was seen before', () => {
  expect(judge(facts({ commanded: 'on', ...spoke(t0 + 100), goneAtMs: t0 + 900 }), t0 + 1000)).toMatchObject({
    known: 'unknown',
    evidence: { kind: 'outlet-gone', atMs: t0 + 900 },
  });
});

test.each(['on', 'off'] as const)('a replug makes power unknown though %s stays commanded', (commanded) => {
  const replugged = facts({ commanded, since: { atMs: t0, why: 'replug' } });
  expect(judge(replugged, t0 + 60_000)).toMatchObject({
    known: 'unknown',
    evidence: { kind: 'none', text: expect.stringContaining('unplugged meanwhile') },
  });
});

test('before any command, and in doubt, only the console can tell', () => {
  expect(judge(facts(), t0)).toMatchObject({ known: 'unknown', evidence: { kind: 'none' } });
  expect(judge(facts(spoke(t0 + 5)), t0 + 9)).toMatchObject({
    known: 'on',
    evidence: { kind: 'console-spoke' },
  });
  const doubtful = facts({ commanded: 'off', doubt: 'The last power command broke off on its way' });
  expect(judge(doubtful, t0 + 60_000)).toMatchObject({
    known: 'unknown',
    evidence: { kind: 'none', text: expect.stringContaining('broke off') },
  });
  expect(judge({ ...doubtful, ...spoke(t0 + 5) }, t0 + 9)).toMatchObject({ known: 'on' });
});

test('after a restart of Labdeck a command from before is not called proved', () => {
  const restarted = facts({ commanded: 'on', since: { atMs: t0, why: 'start' } });
  expect(judge(restarted, t0 + 9000)).toMatchObject({
    known: 'unknown',
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

const readable = (state: 'on' | 'off' | 'unknown', given: Partial<PowerFacts> = {}) =>
  facts({ readBack: { state, atMs: t0 + 5 }, ...given });
const meter = (watts: number, atMs = t0 + 5000) => ({ watts, volts: null, amperes: null, atMs });

test("an outlet's own word counts while nothing speaks against it", () => {
  expect(judge(readable('off', { commanded: 'off' }), t0 + 10)).toMatchObject({
    known: 'off',
    evidence: { kind: 'read-back', text: 'the outlet says it is off' },
  });
  expect(judge(readable('on', { commanded: 'off' }), t0 + 10)).toMatchObject({
    known: 'on',
    evidence: { kind: 'read-back', text: 'the outlet says it is on, against the command' },
  });
  expect(judge(readable('unknown', { commanded: 'on' }), t0 + 10)).toMatchObject({
    known: 'unknown',
    evidence: { kind: 'none', text: 'the outlet did not answer' },
  });
});

test('an outlet that says off while the console speaks is not believed, and not soon after', () => {
  const speaking = readable('off', { commanded: 'off', ...spoke(t0 + 600, t0 + 4000) });
  expect(judge(speaking, t0 + 4100)).toMatchObject({
    known: 'on',
    evidence: { kind: 'console-contradicts', text: 'the outlet says off, but the console still speaks' },
  });
  expect(judge(speaking, t0 + 60_000)).toMatchObject({
    known: 'unknown',
    evidence: { kind: 'console-silent' },
  });
});

test('watts that flow prove power whatever the outlet says; none that flow prove an off', () => {
  const off = { commanded: 'off' } as const;
  expect(judge(readable('off', { ...off, meter: meter(3.2) }), t0 + 6000)).toMatchObject({
    known: 'on',
    evidence: { kind: 'meter', text: 'the outlet says off, but 3.2 W flow' },
  });
  expect(judge(facts({ ...off, meter: meter(0.2) }), t0 + 6000)).toMatchObject({
    known: 'off',
    evidence: { kind: 'meter' },
  });
  expect(judge(facts({ commanded: 'on', meter: meter(3.2) }), t0 + 6000)).toMatchObject({
    known: 'on',
    evidence: { kind: 'meter' },
  });
});

test('what a meter said right after the switch is from before', () => {
  const early = readable('off', { commanded: 'off', meter: meter(3.2, t0 + 300) });
  expect(judge(early, t0 + 400)).toMatchObject({ known: 'off', evidence: { kind: 'read-back' } });
});

test('a device that stays in the switched socket contradicts off once the hub had time to see it leave', () => {
  const there = readable('off', { commanded: 'off', device: { there: true, atMs: t0 - 9000 } });
  const early = judge(there, t0 + 100);
  expect(early).toMatchObject({ known: 'off' });
  expect(early.reviewAtMs).toBe(t0 + deviceGraceMs);
  expect(judge(there, t0 + deviceGraceMs)).toMatchObject({ known: 'on', evidence: { kind: 'device-there' } });
});

test('a command that took seconds leaves the device its time from its end on', () => {
  const slow = readable('off', {
    commanded: 'off',
    endedAtMs: t0 + 4000,
    device: { there: true, atMs: t0 - 9000 },
  });
  expect(judge(slow, t0 + 4100)).toMatchObject({ known: 'off' });
  expect(judge(slow, t0 + 4000 + deviceGraceMs)).toMatchObject({ known: 'on' });
});

test('a device that left is a witness, no proof', () => {
  const left = { commanded: 'off', device: { there: false, atMs: t0 + 300 } } as const;
  expect(judge(facts({ ...left, audible: false }), t0 + 5000)).toMatchObject({
    known: 'unknown',
    evidence: { kind: 'device-gone' },
  });
  const { witnesses } = judge(readable('off', left), t0 + 5000);
  expect(witnesses.map(({ kind }) => kind)).toEqual(['device-gone', 'read-back', 'console-silent']);
});

const own = (given: Partial<NonNullable<PowerFacts['ownDevice']>>) => ({
  ownDevice: { there: false, changedAtMs: null, cameAtMs: null, ...given },
});
const left = (atMs: number) => own({ changedAtMs: atMs });

test('its own device that comes after power-on proves it, whatever switches it', () => {
  const came = own({ there: true, changedAtMs: t0 + 9000, cameAtMs: t0 + 800 });
  expect(judge(facts({ commanded: 'on', ...came }), t0 + 10_000)).toMatchObject({
    known: 'on',
    evidence: { kind: 'device-there', text: 'its USB device came 0.8 s after power-on', atMs: t0 + 800 },
  });
  // Between its boot loader and its system it may show none for a while.
  const between = own({ there: false, changedAtMs: t0 + 9000, cameAtMs: t0 + 800 });
  expect(judge(facts({ commanded: 'on', ...between }), t0 + 10_000).known).toBe('on');
  const allAlong = own({ there: true });
  expect(judge(facts({ commanded: 'on', ...allAlong }), t0 + 10_000)).toMatchObject({
    known: 'unknown',
    witnesses: [],
  });
});

test('its own device that leaves at power-off proves it together with silence, and not alone', () => {
  const off = facts({ commanded: 'off', ...left(t0 + 300) });
  expect(judge(off, t0 + 1000)).toMatchObject({
    known: 'unknown',
    evidence: { kind: 'device-gone', text: 'its USB device left at power-off' },
    reviewAtMs: t0 + silenceMs,
  });
  expect(judge(off, t0 + silenceMs)).toMatchObject({
    known: 'off',
    evidence: {
      kind: 'device-gone',
      text: 'its USB device left at power-off, and the console has been silent since',
      atMs: t0 + 300,
    },
    witnesses: [{ kind: 'device-gone' }, { kind: 'console-silent' }],
  });
  const deaf = { ...off, audible: false };
  expect(judge(deaf, t0 + 60_000)).toMatchObject({ known: 'unknown', evidence: { kind: 'device-gone' } });
  expect(judge({ ...deaf, verdict: 'real' }, t0 + 60_000)).toMatchObject({
    known: 'off',
    evidence: { kind: 'device-gone', text: expect.stringContaining('proven') },
  });
  for (const outcome of ['lies', 'ganged', 'unknown'] as const)
    expect(judge({ ...deaf, verdict: outcome }, t0 + 60_000).known).toBe('unknown');
  expect(judge({ ...off, verdict: 'lies' }, t0 + 60_000).known).toBe('unknown');
});

test('output and watts outweigh its own device that left', () => {
  const off = { commanded: 'off', ...left(t0 + 300) } as const;
  expect(judge(facts({ ...off, ...spoke(t0 + 600, t0 + 4000) }), t0 + 4100)).toMatchObject({
    known: 'on',
    evidence: { kind: 'console-contradicts' },
  });
  expect(judge(facts({ ...off, meter: meter(3.2) }), t0 + 9000)).toMatchObject({ known: 'on' });
});

test('its own device that stays, or leaves at another time, says nothing', () => {
  const silent = { commanded: 'off' } as const;
  const later = { ...silent, endedAtMs: t0 + 1000, ...left(t0 + 1000 + ownDeviceGraceMs + 1) };
  for (const given of [
    { ...silent, ...own({ there: true }) },
    { ...silent, ...own({ there: false }) },
    { ...silent, ...left(t0 - 1) },
    { ...silent, ...left(t0 + 300), since: { atMs: t0, why: 'start' } as const },
    later,
  ])
    expect(judge(facts(given), t0 + 60_000)).toMatchObject({
      known: 'unknown',
      evidence: { kind: 'console-silent' },
      witnesses: [{ kind: 'console-silent' }],
    });
  expect(judge(facts({ ...later, ...left(t0 + 1000 + ownDeviceGraceMs) }), t0 + 60_000).known).toBe('off');
});

test('a boot outweighs all other signs of power', () => {
  const booted = readable('on', {
    commanded: 'on',
    banner: { atMs: t0 + 800, text: 'U-Boot 2024.01' },
    ...spoke(t0 + 700),
  });
  expect(judge(booted, t0 + 900)).toMatchObject({
    known: 'on',
    evidence: { kind: 'boot-banner', text: 'a boot began 0.8 s after power-on: U-Boot 2024.01' },
  });
});

test('the off of an outlet that was found to lie is never known, whatever it and its meter say', () => {
  for (const given of [{}, { meter: meter(0) }, { audible: false }])
    expect(
      judge(readable('off', { commanded: 'off', verdict: 'lies', ...given }), t0 + 60_000),
    ).toMatchObject({
      known: 'unknown',
      evidence: { text: expect.stringContaining('the power stays') },
    });
});

test('a board that ran and fell silent is off where its outlet was proven, and only there', () => {
  const fell = facts({ commanded: 'off', wasOn: true });
  expect(judge({ ...fell, verdict: 'real' }, t0 + silenceMs)).toMatchObject({
    known: 'off',
    evidence: { kind: 'console-silent', text: expect.stringContaining('proven') },
  });
  expect(judge(fell, t0 + silenceMs).known).toBe('unknown');
  expect(judge({ ...fell, verdict: 'real', wasOn: false }, t0 + silenceMs).known).toBe('unknown');
});

test('witnesses are told newest first', () => {
  const { witnesses } = judge(
    readable('on', { commanded: 'on', ...spoke(t0 + 700), meter: meter(4) }),
    t0 + 9000,
  );
  expect(witnesses.map(({ kind }) => kind)).toEqual(['meter', 'console-spoke', 'read-back']);
});

test('the word of an outlet that repeats what it was told counts once the power-truth test proved it', () => {
  const hub = (verdict: PowerFacts['verdict']) =>
    judge(readable('off', { commanded: 'off', repeatsCommand: true, audible: false, verdict }), t0 + 5000);
  expect(hub(null)).toMatchObject({
    known: 'unknown',
    evidence: {
      kind: 'read-back',
      text: 'the outlet says it is off; only the power-truth test shows whether that is so',
    },
  });
  for (const proven of ['real', 'ganged'] as const) expect(hub(proven)).toMatchObject({ known: 'off' });
  for (const not of ['lies', 'unknown'] as const) expect(hub(not)).toMatchObject({ known: 'unknown' });
});
