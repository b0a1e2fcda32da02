import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import type { Retention } from '../../contract/index.ts';
import { Recorder } from './recorder.ts';
import { chooseSegmentsToRemove, segmentBytesFor } from './retention.ts';
import { RetentionKeeper } from './retentionKeeper.ts';
import type { Segment } from './segmentFiles.ts';

const day = 24 * 60 * 60 * 1000;
/** Days count from a host clock that was set. */
const since2020 = Date.UTC(2020, 0, 1);
const segment = (name: string, bytes: number, dayNumber: number, indexBytes = 0): Segment => ({
  path: name,
  indexPath: `${name}.idx`,
  fromOffset: 0,
  bytes,
  indexBytes,
  lastByteAtMs: since2020 + dayNumber * day,
});
const choose = (retention: Partial<Retention>, dayNumber: number, ...consoles: [Segment[], number][]) =>
  chooseSegmentsToRemove(
    consoles.map(([sealed, bytes]) => ({ sealed, open: segment('open', bytes, dayNumber) })),
    { maxBytes: null, maxAgeDays: null, ...retention },
    since2020 + dayNumber * day,
  ).map(({ path }) => path);

describe('what goes', () => {
  const main = [segment('a', 10, 1), segment('b', 10, 3), segment('c', 10, 5)];
  const aux = [segment('x', 10, 2), segment('y', 10, 4)];

  test('is nothing without a limit', () => {
    expect(choose({}, 100, [main, 10])).toEqual([]);
  });

  test('is the oldest of all consoles together, until the rest fits', () => {
    expect(choose({ maxBytes: 45 }, 6, [main, 5], [aux, 5])).toEqual(['a', 'x']);
    expect(choose({ maxBytes: 1 }, 6, [main, 5], [aux, 5])).toEqual(['a', 'x', 'b', 'y', 'c']);
  });

  test('is what had its last byte too long ago', () => {
    expect(choose({ maxAgeDays: 3 }, 6, [main, 5], [aux, 5])).toEqual(['a', 'x']);
  });

  test('never leaves a hole, though the clock was set back', () => {
    const setBack = [segment('a', 10, 5), segment('b', 10, 1), segment('c', 10, 6)];
    expect(choose({ maxAgeDays: 3 }, 7, [setBack, 0])).toEqual([]);
    expect(choose({ maxBytes: 20 }, 7, [setBack, 0])).toEqual(['a']);
  });

  test('counts the index too', () => {
    const trickle = [segment('a', 10, 1, 240), segment('b', 10, 3, 240)];
    expect(choose({ maxBytes: 400 }, 6, [trickle, 5])).toEqual(['a']);
  });

  test('of output from before the host clock was set is known by what came after it', () => {
    const unset = (name: string) => ({ ...segment(name, 10, 0), lastByteAtMs: 60_000 });
    const times = [unset('a'), unset('b'), segment('c', 10, 1), unset('d'), segment('e', 10, 5)];
    expect(choose({ maxAgeDays: 3 }, 6, [times, 0])).toEqual(['a', 'b', 'c']);
    expect(choose({ maxAgeDays: 3 }, 6, [[unset('a')], 0])).toEqual([]);
  });
});

test('segments are cut small enough for the limit, and no smaller than makes sense', () => {
  expect(segmentBytesFor({ maxBytes: null, maxAgeDays: 1 }, 2)).toBe(64 * 1024 * 1024);
  expect(segmentBytesFor({ maxBytes: 80_000_000, maxAgeDays: null }, 2)).toBe(5_000_000);
  expect(segmentBytesFor({ maxBytes: 1024 * 1024, maxAgeDays: null }, 16)).toBe(64 * 1024);
});

describe('a board', () => {
  let dir: string;
  let recorder: Recorder;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'labdeck-retention-'));
    recorder = await Recorder.open(join(dir, 'board', 'main'), systemClock, silentLogger);
  });
  afterEach(async () => {
    await recorder.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const keeper = (retention: Partial<Retention>, nowMs = Date.now()) =>
    new RetentionKeeper({
      dir,
      boards: () => [
        {
          key: 'board',
          retention: { maxBytes: null, maxAgeDays: null, ...retention },
          recorders: [recorder],
        },
      ],
      clock: { nowMs: () => nowMs },
      logger: silentLogger,
    });

  test('keeps no more than its limit and a piece, and every reader goes on where something is kept', async () => {
    const kept = keeper({ maxBytes: 1024 * 1024 });
    await kept.sweep();
    const block = Buffer.alloc(50_000, 0x61);
    for (let i = 0; i < 60; i++) {
      recorder.append(block);
      await recorder.flush();
      if (i % 10 === 9) {
        // A reader has the file that is about to go.
        await recorder.read(recorder.startOffset, 10);
        await kept.sweep();
      }
    }
    expect(recorder.bytesOnDisk).toBeLessThanOrEqual(1024 * 1024);
    expect(recorder.bytesOnDisk).toBeGreaterThan(1024 * 1024 * 0.7);
    expect(recorder.endOffset).toBe(3_000_000);
    expect(await recorder.read(0, 10)).toHaveLength(0);
    expect(await recorder.read(recorder.keptFrom(0), 10)).toHaveLength(10);
  });

  test('that has printed nothing for too long keeps nothing but its place', async () => {
    recorder.append(Buffer.from('long ago'));
    await recorder.flush();
    await keeper({ maxAgeDays: 1 }, Date.now() + 2 * day).sweep();
    expect([recorder.startOffset, recorder.endOffset, recorder.bytesOnDisk]).toEqual([8, 8, 0]);
  });

  test('that went while others were swept is left alone', async () => {
    recorder.append(Buffer.from('long ago'));
    await recorder.flush();
    const board = { key: 'board', retention: { maxBytes: null, maxAgeDays: 1 }, recorders: [recorder] };
    const answers = [[board], []];
    const boards = () => answers.shift() ?? [];
    const clock = { nowMs: () => Date.now() + 2 * day };
    await new RetentionKeeper({ dir, boards, clock, logger: silentLogger }).sweep();
    expect(recorder.bytesOnDisk).toBe(8);
  });

  test('lets go of the output of consoles it no longer has', async () => {
    const former = join(dir, 'board', 'aux');
    mkdirSync(former);
    for (const name of ['000000000000000', '000000000000005']) {
      writeFileSync(join(former, `${name}.raw`), 'hello');
      utimesSync(join(former, `${name}.raw`), since2020 / 1000, since2020 / 1000);
    }
    await keeper({ maxAgeDays: 1 }).sweep();
    expect(readdirSync(former)).toEqual(['000000000000005.raw']);
  });
});
