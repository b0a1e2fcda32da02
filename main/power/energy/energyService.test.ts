import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../../test/fakes/fakeClock.ts';
import { FakePower } from '../../../test/fakes/fakePower.ts';
import { silentLogger } from '../../base/logger.ts';
import type { BoardId } from '../../contract/index.ts';
import { NoticesService } from '../../notices/index.ts';
import { EnergyService } from './energyService.ts';

const a = 'a' as BoardId;
const hour = 3_600_000;
let dir: string;
let clock: FakeClock;
let power: FakePower;
let wallAheadMs: number;
let startMs: number;
let running: EnergyService[];

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-energy-'));
  clock = new FakeClock();
  startMs = clock.nowMs();
  power = new FakePower(clock);
  wallAheadMs = 0;
  running = [];
  power.add(a, { powerPolicy: { nameplateWatts: 6 } });
});
afterEach(async () => {
  for (const each of running) await each.close();
  await rm(dir, { recursive: true, force: true });
});

async function start(): Promise<EnergyService> {
  const energy = new EnergyService({
    boards: power.boards,
    power,
    dir,
    notices: new NoticesService(clock),
    clock: {
      nowMs: () => clock.nowMs() + wallAheadMs,
      monotonicMs: () => clock.monotonicMs(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
    },
    monotonicMs: () => clock.nowMs(),
    logger: silentLogger,
  });
  running.push(energy);
  await energy.start();
  return energy;
}

/** In minutes, so that the ticks in between can write. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 60_000) {
    await clock.pass(Math.min(left, 60_000));
    await asleep();
  }
}

async function asleep(): Promise<void> {
  while (clock.sleeping === 0) await clock.pass(0);
}

const ask = (energy: EnergyService, hours: number) =>
  energy.report(a, { fromMs: startMs, toMs: startMs + hours * hour, points: hours });

test('power over time is reported up to this moment, and time before the first record is none', async () => {
  await pass(0);
  await clock.pass(hour);
  const energy = await start();
  await asleep();
  await power.set(a, 'on', 'you');
  await pass(hour);
  const { points, totals, stepMs } = await ask(energy, 4);
  expect(stepMs).toBe(hour);
  expect(points.map(({ watts, source }) => [watts, source])).toEqual([
    [null, 'none'],
    [6, 'estimated'],
    [null, 'none'],
    [null, 'none'],
  ]);
  expect(totals).toMatchObject({ estimatedWh: 6, onMs: hour });
});

test('a killed Labdeck knows nothing until it runs again, and loses a minute at most', async () => {
  const killed = await start();
  await asleep();
  await power.set(a, 'on', 'you');
  await pass(hour + 30_000);
  // Nothing is closed: as after a kill. Its files are as they are; the new one goes on with them.
  await clock.pass(0);
  const before = running.splice(running.indexOf(killed), 1);
  const atKill = clock.nowMs();
  power.change(a, {});
  const copy = new FakeClock(atKill + 2 * hour);
  clock = copy;
  const energy = await start();
  await asleep();
  await pass(hour / 2);
  const { points, totals } = await energy.report(a, {
    fromMs: startMs,
    toMs: startMs + 4 * hour,
    points: 4,
  });
  expect(points.map(({ watts }) => watts)).toEqual([6, null, null, 6]);
  expect(totals.onMs).toBeGreaterThanOrEqual(1.5 * hour);
  expect(totals.onMs).toBeLessThanOrEqual(1.5 * hour + 60_000);
  expect(before).toHaveLength(1);
});

test('an orderly end leaves nothing open', async () => {
  const first = await start();
  await asleep();
  await power.set(a, 'on', 'you');
  await pass(hour / 2);
  await first.close();
  await clock.pass(hour);
  const energy = await start();
  await asleep();
  expect((await ask(energy, 2)).totals.onMs).toBe(hour / 2);
});

test('idle-off and what it saved survive a restart', async () => {
  const first = await start();
  await asleep();
  await power.set(a, 'on', 'you');
  power.change(a, { meter: { watts: 9, volts: null, amperes: null, atMs: clock.nowMs() } });
  await pass(60_000);
  await power.set(a, 'off', 'idle');
  power.change(a, { meter: null });
  await pass(hour - 60_000);
  await first.close();
  power.change(a, { commandedBy: null });
  const energy = await start();
  await asleep();
  await pass(hour);
  const { totals, points } = await ask(energy, 2);
  expect(totals.idleOffMs).toBe(2 * hour - 60_000);
  expect(totals.savedAtWatts).toBeCloseTo(9);
  expect(totals.savedWh).toBeCloseTo((9 * (2 * hour - 60_000)) / hour);
  expect(points[1]).toMatchObject({ idleOff: 1 });
});

test('an hour that only the clock on the wall went through is no energy', async () => {
  const energy = await start();
  await asleep();
  await power.set(a, 'on', 'you');
  await pass(hour / 2);
  wallAheadMs = hour;
  await pass(hour / 2);
  const { points, totals } = await ask(energy, 3);
  expect(totals.onMs).toBeGreaterThan(hour - 61_000);
  expect(totals.onMs).toBeLessThanOrEqual(hour);
  expect(points.map(({ watts }) => watts)).toEqual([6, 6, null]);
  expect(totals.estimatedWh).toBeCloseTo((6 * totals.onMs) / hour);
});

test('a ledger follows its board through a rename, and a new board of that name begins anew', async () => {
  const energy = await start();
  await asleep();
  await power.set(a, 'on', 'you');
  await pass(hour / 2);
  const shelf = 'shelf' as BoardId;
  power.rename(a, shelf);
  await pass(hour / 2);
  const { totals } = await energy.report(shelf, { fromMs: startMs, points: 1 });
  expect(totals.onMs).toBe(hour);
  await expect(energy.report(a, { points: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a board that is added later has a ledger from then on', async () => {
  const energy = await start();
  await asleep();
  const late = 'late' as BoardId;
  power.add(late, { powerPolicy: { nameplateWatts: 3 } }, { commanded: 'on' });
  // Its ledger is open once the report answers.
  await energy.report(late, { points: 1 });
  await pass(hour);
  expect((await energy.report(late, { points: 1 })).totals.estimatedWh).toBeCloseTo(3);
});

test('a range that ends before it begins is refused by field', async () => {
  const energy = await start();
  await expect(energy.report(a, { fromMs: 10, toMs: 10, points: 5 })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    data: { field: 'fromMs' },
  });
});
