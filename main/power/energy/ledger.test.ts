import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import type { PowerMeter } from '../../contract/index.ts';
import { decodeRecords, encodeRecords, type LedgerRecord } from './ledgerCodec.ts';
import { LedgerFile } from './ledgerFile.ts';
import { LedgerKeeper, type Standing } from './ledgerKeeper.ts';
import { mergeSpans, toRecords, toSpans } from './spans.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const record = (atMs: number, state: LedgerRecord['state'], watts: number | null = null, idle = false) => ({
  atMs,
  state,
  watts,
  idle,
});
let dir: string;
let saved: boolean[];

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-ledger-'));
  saved = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const file = (name = 'a.ledger') =>
  new LedgerFile(path.join(dir, name), { logger: silentLogger, onSaved: (each) => saved.push(each) });

function keep(before: LedgerRecord | null = null, now: Partial<Standing> = {}) {
  const records: LedgerRecord[] = [];
  const standing: Standing = { state: 'off', commandedBy: null, meter: null, ...now };
  return { records, keeper: new LedgerKeeper(standing, 0, before, (each) => records.push(each)) };
}
const meter = (watts: number, atMs: number): PowerMeter => ({ watts, volts: null, amperes: null, atMs });
const on = (sample: PowerMeter | null = null): Standing => ({
  state: 'on',
  commandedBy: 'you',
  meter: sample,
});
const off = (by: string): Standing => ({ state: 'off', commandedBy: by, meter: null });

test('a change of state is one record, and saying the same again none', () => {
  const { keeper, records } = keep();
  keeper.see(on(), 1000);
  keeper.see(on(), 2000);
  keeper.see(off('you'), 5000);
  expect(records).toEqual([record(0, 'off'), record(1000, 'on'), record(5000, 'off')]);
});

test('measurements become one mean a minute, and each change its own', () => {
  const { keeper, records } = keep();
  keeper.see(on(meter(10, 0)), 0);
  keeper.see(on(meter(4, 20_000)), 20_000);
  // 20 s at 10 W and 40 s at 4 W.
  keeper.see(on(meter(4, 60_000)), 60_000);
  keeper.see(off('you'), 70_000);
  expect(records.slice(2)).toEqual([record(60_000, 'on', 6), record(70_000, 'off', 4)]);
});

test('a measurement holds three minutes; after that nothing is measured, until there is a new one', () => {
  const { keeper, records } = keep();
  const last = meter(5, 0);
  keeper.see(on(last), 0);
  keeper.see(on(last), 10 * minute);
  keeper.see(on(last), 11 * minute);
  keeper.see(on(meter(7, 12 * minute)), 12 * minute);
  keeper.end(13 * minute);
  expect(records.slice(2)).toEqual([
    record(3 * minute, 'on', 5),
    record(12 * minute, 'on', null),
    record(13 * minute, 'end', 7),
  ]);
});

test('off by idle-off lasts until on, whoever says off again, and over a restart', () => {
  const { keeper, records } = keep();
  keeper.see(on(), 1000);
  keeper.see(off('idle'), 2000);
  keeper.see(off('you'), 3000);
  keeper.see(on(), 4000);
  keeper.see(off('you'), 5000);
  expect(records.map(({ idle }) => idle)).toEqual([false, false, true, false, false]);
  expect(keep(record(0, 'end', null, true)).records).toEqual([record(0, 'off', null, true)]);
});

test('what is on disk is what was added, also after a restart', async () => {
  const first = file();
  expect(await first.open()).toBeNull();
  first.append(record(1, 'on'));
  first.append(record(2, 'off', 1.25, true));
  await first.settled();
  const again = file();
  expect(await again.open()).toEqual(record(2, 'off', 1.25, true));
  again.append(record(3, 'end'));
  expect(await again.records()).toEqual([record(1, 'on'), record(2, 'off', 1.25, true), record(3, 'end')]);
});

test('a record torn by a crash is left out and overwritten; a damaged one spoils only its neighbourhood', async () => {
  const bytes = encodeRecords([
    record(0, 'on'),
    record(10, 'on', 3),
    record(20, 'on', 4),
    record(30, 'on', 5),
  ]);
  const torn = Buffer.concat([bytes, Buffer.from('half a rec')]);
  torn[26] = 0xff;
  await writeFile(path.join(dir, 'a.ledger'), torn);
  const ledger = file();
  expect(await ledger.open()).toEqual(record(30, 'on', 5));
  ledger.append(record(40, 'off', 6));
  const records = await ledger.records();
  expect(records).toEqual([
    record(0, 'on'),
    null,
    record(20, 'on', 4),
    record(30, 'on', 5),
    record(40, 'off', 6),
  ]);
  expect(toSpans(records).map(({ fromMs, watts }) => [fromMs, watts])).toEqual([
    [20, 5],
    [30, 6],
  ]);
});

test('what the disk refuses is kept, told and written once it can be', async () => {
  const place = path.join(dir, 'sub', 'a.ledger');
  await writeFile(path.join(dir, 'sub'), 'a file where the folder should be');
  const ledger = file('sub/a.ledger');
  ledger.append(record(1, 'on'));
  ledger.append(record(2, 'off'));
  await ledger.settled();
  expect(saved).toEqual([false, false]);
  expect(await ledger.records()).toHaveLength(2);
  await rm(path.join(dir, 'sub'));
  await mkdir(path.join(dir, 'sub'));
  ledger.flush();
  await ledger.settled();
  expect(saved).toEqual([false, false, true]);
  expect(decodeRecords(await readFile(place))).toEqual([record(1, 'on'), record(2, 'off')]);
});

test('merging keeps every watt-hour, and every change of state', () => {
  const spans = toSpans([
    record(0, 'on'),
    record(minute, 'on', 6),
    record(3 * minute, 'on', 3),
    record(4 * minute, 'off', 1),
    record(5 * minute, 'end'),
    record(9 * minute, 'on'),
    record(10 * minute, 'on'),
    record(11 * minute, 'on', 2),
  ]);
  const merged = mergeSpans(spans, () => 15 * minute);
  // 1 min at 6, 2 at 3, 1 at 1: 13 in 4 minutes.
  expect(merged.map(({ fromMs, toMs, watts }) => [fromMs / minute, toMs / minute, watts])).toEqual([
    [0, 4, 13 / 4],
    [4, 5, null],
    [9, 10, null],
    [10, 11, 2],
  ]);
  expect(toSpans(toRecords(merged, record(11 * minute, 'on')))).toEqual(merged);
});

test('a ledger is made coarse with age and forgotten after 400 days, and goes on where it was', async () => {
  const now = 500 * day;
  const records = Array.from({ length: 4000 }, (_, index) => record(index * minute, 'on', 2));
  const recent = Array.from({ length: 100 }, (_, index) => record(now - (100 - index) * minute, 'on', 4));
  const old = Array.from({ length: 60 }, (_, index) => record(now - 20 * day + index * minute, 'on', 8));
  await writeFile(
    path.join(dir, 'a.ledger'),
    encodeRecords([...records, record(5 * day, 'end'), ...old, record(now - 19 * day, 'end'), ...recent]),
  );
  const ledger = file();
  await ledger.open();
  ledger.compact(now);
  const after = await ledger.records();
  const spans = toSpans(after);
  expect(spans[0]?.fromMs).toBe(now - 20 * day);
  expect(spans.filter(({ watts }) => watts === 8).length).toBeLessThanOrEqual(5);
  expect(spans.filter(({ watts }) => watts === 4)).toHaveLength(99);
  expect(after.at(-1)).toEqual(recent.at(-1));
  ledger.append(record(now, 'end', 4));
  expect(toSpans(await ledger.records()).at(-1)).toMatchObject({ fromMs: now - minute, toMs: now, watts: 4 });
});

test('what is added while others are written is written too', async () => {
  const ledger = file();
  for (let atMs = 1; atMs <= 50; atMs += 1) {
    ledger.append(record(atMs, 'on'));
    if (atMs % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await ledger.settled();
  expect(decodeRecords(await readFile(path.join(dir, 'a.ledger')))).toHaveLength(50);
});
