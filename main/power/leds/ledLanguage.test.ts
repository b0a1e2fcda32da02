import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../../test/fakes/fakeClock.ts';
import { FakePower } from '../../../test/fakes/fakePower.ts';
import { silentLogger } from '../../base/logger.ts';
import { type BoardId, type Boot, LabError, type Leds, type NewBoardInput } from '../../contract/index.ts';
import { NoticesService } from '../../notices/index.ts';
import { FindBoard, type Indicator } from './findBoard.ts';
import { LedLanguage } from './ledLanguage.ts';
import { LedMemory } from './ledMemory.ts';

const a = 'a' as BoardId;
let dir: string;
let clock: FakeClock;
let power: FakePower;
let holders: string[];
let indicator: (Indicator & { lights: boolean[] }) | null;
let hasPortLight: boolean;
let isTested: boolean;
let bench: { language: LedLanguage; finder: FindBoard; memory: LedMemory };

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-leds-'));
  clock = new FakeClock(1_700_000_000_000);
  power = new FakePower(clock);
  holders = [];
  indicator = null;
  hasPortLight = false;
  isTested = false;
});
afterEach(async () => {
  await bench.finder.close();
  await bench.language.close();
  expect(clock.sleeping).toBe(0);
  await rm(dir, { recursive: true, force: true });
});

async function start(
  language: NonNullable<NewBoardInput['ledLanguage']> = { enabled: true },
  leds: Leds = [false, false, false],
) {
  if (!power.boards.find(a)) power.add(a, { ledLanguage: language }, { leds });
  const memory = new LedMemory({ dir, logger: silentLogger, notices: new NoticesService(clock) });
  await memory.load();
  const made = new LedLanguage({
    boards: power.boards,
    power,
    memory,
    stageOrder: (stage) => ({ 'u-boot': 50, login: 80 })[stage] ?? null,
    holdersOf: () => holders,
    hasJob: () => false,
    hasPortLight: () => hasPortLight,
    clock,
    monotonicMs: () => clock.nowMs(),
    logger: silentLogger,
  });
  const finder = new FindBoard({
    leds: made,
    boards: power.boards,
    power,
    refuseTested: () => {
      if (isTested) throw new LabError('CONFLICT', 'a is being tested');
    },
    indicatorOf: () => indicator,
    clock,
    logger: silentLogger,
  });
  bench = { language: made, finder, memory };
  made.start();
}

function boot(bootId: number, ...stages: string[]): Boot {
  return {
    bootId,
    begun: 'power-on',
    fromOffset: 0,
    toOffset: null,
    startedAtMs: clock.nowMs(),
    endedAtMs: null,
    outcome: stages.includes('panic') ? 'failed' : 'running',
    stages: stages.map((stage) => ({
      stage,
      label: stage,
      fault: stage === 'panic',
      offset: 0,
      atMs: 0,
      durationMs: null,
      text: '',
    })),
  };
}

test('a board says what happens to it: each state with one mark, blinks without', async () => {
  await start();
  await clock.pass(10_000);
  expect(power.painted).toEqual([]);
  await power.set(a, 'on', 'you');
  await clock.pass(1_999);
  expect(bench.language.ledState(a)).toBe('booting');
  expect(power.painted).toEqual(['a 100 LEDs say booting', 'a 000', 'a 100', 'a 000']);
  bench.language.noteBoot(a, 'main', boot(1, 'u-boot', 'login'));
  await clock.pass(60_000);
  expect(power.painted.slice(4)).toEqual(['a 100 LEDs say master-image']);
  bench.language.noteBoot(a, 'main', boot(1, 'u-boot', 'login', 'panic'));
  await clock.pass(0);
  expect(power.painted.slice(5)).toEqual(['a 001 LEDs say failed']);
  await power.set(a, 'off', 'you');
  await clock.pass(60_000);
  expect(power.painted.slice(6)).toEqual(['a 000 LEDs say off']);
});

test('nothing is written at a start, nor before power was commanded or proved', async () => {
  power.add(
    a,
    { ledLanguage: { enabled: true } },
    { commanded: 'on', commandedAtMs: 1, leds: [false, true, false] },
  );
  await start();
  await clock.pass(60_000);
  expect(bench.language.ledState(a)).toBe('booting');
  expect(power.painted).toEqual([]);
  power.change(a, { known: 'on' });
  await clock.pass(0);
  expect(power.painted).toEqual(['a 100 LEDs say booting']);
});

test('after a replug no light is written, since its byte carries power, until power is commanded', async () => {
  await start();
  await power.set(a, 'on', 'you');
  await clock.pass(100);
  const gone = { kind: 'outlet-gone', text: '', atMs: 0 } as const;
  power.change(a, { evidence: gone });
  power.change(a, { evidence: { ...gone, kind: 'none' } });
  const before = power.painted.length;
  await clock.pass(10_000);
  await expect(bench.language.say(a, 'recovery')).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(bench.finder.find(a, 5_000)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(power.painted).toHaveLength(before);
  await power.set(a, 'on', 'you');
  await clock.pass(500);
  expect(power.painted.length).toBeGreaterThan(before);
});

test('a cable that refuses is not asked again before power is commanded', async () => {
  await start();
  power.failure = new LabError('CONFLICT', 'Labdeck has not switched this cable yet');
  power.change(a, { commanded: 'on', known: 'on' });
  await clock.pass(600_000);
  expect(power.painted).toHaveLength(1);
  power.failure = null;
  await power.set(a, 'on', 'you');
  await clock.pass(1_000);
  expect(power.painted.length).toBeGreaterThan(1);
});

test('an outlet that fails is tried ever more rarely', async () => {
  await start();
  power.failure = new LabError('TIMEOUT', 'no answer');
  power.change(a, { commanded: 'on', known: 'on' });
  await clock.pass(600_000);
  expect(power.painted.length).toBeGreaterThan(8);
  expect(power.painted.length).toBeLessThan(20);
});

test('a slow cable misses blinks, and has one write under way at most', async () => {
  await start();
  let open = () => {};
  power.gate = new Promise((resolve) => {
    open = resolve;
  });
  await power.set(a, 'on', 'you');
  await clock.pass(20_000);
  expect(power.painted).toEqual([]);
  open();
  await clock.pass(0);
  expect(power.painted).toHaveLength(1);
});

test('nothing is written while a power command is under way, and the state of its end is', async () => {
  await start();
  power.change(a, { busy: true, commanded: 'on', commandedAtMs: clock.nowMs() });
  await clock.pass(10_000);
  expect(power.painted).toEqual([]);
  power.change(a, { busy: false });
  await clock.pass(0);
  expect(power.painted).toEqual(['a 100 LEDs say booting']);
});

test('finding a board blinks, language or not, and then gives back what was', async () => {
  await start({ enabled: false }, [true, false, true]);
  await power.set(a, 'on', 'you');
  const reading = await bench.finder.find(a, 1_750);
  expect(reading.boardId).toBe(a);
  expect(bench.language.ledState(a)).toBe('this-one');
  await clock.pass(5_000);
  expect(power.painted).toEqual([
    'a 111 LEDs say this-one',
    'a 000',
    'a 111',
    'a 000',
    'a 101 LEDs say nothing',
  ]);
  expect(bench.language.ledState(a)).toBeNull();
  await bench.finder.find(a, 60_000);
  await bench.finder.find(a, 0);
  await clock.pass(0);
  expect(power.read(a).leds).toEqual([true, false, true]);
});

test('a second search goes on from the first, under a new name as well', async () => {
  await start({ enabled: false });
  await power.set(a, 'on', 'you');
  await bench.finder.find(a, 2_000);
  await clock.pass(1_500);
  const shelf = 'shelf' as BoardId;
  power.rename(a, shelf);
  await bench.finder.find(shelf, 2_000);
  await clock.pass(1_900);
  expect(bench.language.ledState(shelf)).toBe('this-one');
  await clock.pass(100);
  expect(bench.language.ledState(shelf)).toBeNull();
});

test('a hub port is lit while its board is looked for; what can neither is unsupported', async () => {
  power.add(a, {}, { outlet: null, switchable: false });
  await start();
  await expect(bench.finder.find(a, 1_000)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  const lights: boolean[] = [];
  indicator = { lights, light: async (on) => void lights.push(on) };
  await bench.finder.find(a, 1_000);
  await clock.pass(999);
  expect(lights).toEqual([true]);
  await clock.pass(1);
  expect(lights).toEqual([true, false]);
  await expect(bench.language.say(a, 'failed')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});

test('while a board is tested it is looked for by its hub port alone, else refused', async () => {
  await start();
  await power.set(a, 'on', 'you');
  isTested = true;
  await expect(bench.finder.find(a, 60_000)).rejects.toMatchObject({ code: 'CONFLICT' });
  const lights: boolean[] = [];
  indicator = { lights, light: async (on) => void lights.push(on) };
  await bench.finder.find(a, 60_000);
  expect(lights).toEqual([true]);
  expect(power.painted.filter((line) => line.includes('this-one'))).toEqual([]);
});

test('a board without LEDs whose hub port has a light says its state all the same', async () => {
  power.add(a, { ledLanguage: { enabled: true } }, { outlet: null, switchable: false });
  hasPortLight = true;
  await start();
  await bench.language.say(a, 'failed');
  expect(bench.language.ledState(a)).toBe('failed');
  await bench.language.say(a, null);
  expect(bench.language.ledState(a)).not.toBe('failed');
});

test('a light that is left alone stays as it is set by hand, through every state', async () => {
  const patterns = { booting: ['on', 'leave', 'off'], 'master-image': ['on', 'on', 'leave'] } as const;
  await start({ enabled: true, patterns } as unknown as NonNullable<NewBoardInput['ledLanguage']>);
  await power.set(a, 'on', 'you');
  await clock.pass(0);
  power.change(a, { leds: [true, true, false] });
  power.change(a, { leds: [true, true, true] });
  await bench.finder.find(a, 5_000);
  await clock.pass(6_000);
  // LED 3 is of the state again, LED 2 of whoever lit it.
  expect(power.read(a).leds).toEqual([true, true, false]);
  bench.language.noteBoot(a, 'main', boot(1, 'login'));
  await clock.pass(0);
  expect(power.read(a).leds).toEqual([true, true, true]);
});

test('said by hand it stays until it is taken back', async () => {
  await start();
  await power.set(a, 'on', 'you');
  await bench.language.say(a, 'failed');
  bench.language.noteBoot(a, 'main', boot(1, 'login'));
  await clock.pass(1_000);
  expect(power.read(a).leds).toEqual([false, false, true]);
  await bench.language.say(a, null);
  await clock.pass(0);
  expect(power.read(a).leds).toEqual([true, false, false]);
  expect(bench.language.ledState(a)).toBe('master-image');
});

test('what an expect rule shows lasts until the next boot', async () => {
  await start();
  await power.set(a, 'on', 'you');
  bench.language.noteBoot(a, 'main', boot(1));
  bench.language.showByRule(a, 'recovery');
  bench.language.noteBoot(a, 'main', boot(1, 'login'));
  expect(bench.language.ledState(a)).toBe('recovery');
  bench.language.noteBoot(a, 'main', boot(2));
  expect(bench.language.ledState(a)).toBe('booting');
});

test('a lease shows as soon as it is held', async () => {
  const rules = [{ when: { kind: 'lease', who: 'ci' }, state: 'test-image' }] as const;
  await start({ enabled: true, rules: [...rules] });
  await power.set(a, 'on', 'you');
  holders = ['nightly-ci'];
  bench.language.noteUse(a);
  await clock.pass(0);
  expect(power.painted).toEqual(['a 110 LEDs say test-image']);
});

test('a crash in the middle of a blink does not make its light that of a hand', async () => {
  await start({ enabled: false }, [false, true, false]);
  await power.set(a, 'on', 'you');
  await bench.finder.find(a, 60_000);
  await bench.memory.settled();
  expect(JSON.parse(await readFile(path.join(dir, 'leds-by-hand.json'), 'utf8')).boards).toEqual({
    'a-000000': [false, true, false],
  });
  // As after a kill: the lights are as they are, and a new Labdeck begins.
  const killed = bench;
  await killed.language.close();
  expect(power.read(a).leds).toEqual([true, true, true]);
  await start({ enabled: false });
  power.change(a, { known: 'on' });
  await clock.pass(0);
  expect(power.read(a).leds).toEqual([false, true, false]);
  await bench.memory.settled();
  expect(JSON.parse(await readFile(path.join(dir, 'leds-by-hand.json'), 'utf8')).boards).toEqual({});
  await killed.finder.close();
});

test('switching the language off gives the lights back', async () => {
  await start({ enabled: true }, [false, false, true]);
  await power.set(a, 'on', 'you');
  bench.language.noteBoot(a, 'main', boot(1, 'login'));
  await clock.pass(0);
  expect(power.read(a).leds).toEqual([true, false, false]);
  power.update(a, { ledLanguage: { ...power.boards.get(a).ledLanguage, enabled: false } });
  await clock.pass(0);
  expect(power.read(a).leds).toEqual([false, false, true]);
});
