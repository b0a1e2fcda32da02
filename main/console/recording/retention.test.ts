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
const segment = (name: string, bytes: number, lastByteAtMs: number): Segment => ({
  path: name,
  indexPath: `${name}.idx`,
  fromOffset: 0,
  bytes,
  lastByteAtMs,
});
const choose = (retention: Partial<Retention>, nowMs: number, ...consoles: [Segment[], number][]) =>
  chooseSegmentsToRemove(
    consoles.map(([sealed, openBytes]) => ({ sealed, openBytes })),
    { maxBytes: null, maxAgeDays: null, ...retention },
    nowMs,
  ).map(({ path }) => path);

describe('what goes', () => {
  const main = [segment('a', 10, 1 * day), segment('b', 10, 3 * day), segment('c', 10, 5 * day)];
  const aux = [segment('x', 10, 2 * day), segment('y', 10, 4 * day)];

  test('is nothing without a limit', () => {
    expect(choose({}, 100 * day, [main, 10])).toEqual([]);
  });

  test('is the oldest of all consoles together, until the rest fits', () => {
    expect(choose({ maxBytes: 45 }, 6 * day, [main, 5], [aux, 5])).toEqual(['a', 'x']);
    expect(choose({ maxBytes: 1 }, 6 * day, [main, 5], [aux, 5])).toEqual(['a', 'x', 'b', 'y', 'c']);
  });

  test('is what had its last byte too long ago', () => {
    expect(choose({ maxAgeDays: 3 }, 6 * day, [main, 5], [aux, 5])).toEqual(['a', 'x']);
  });

  test('never leaves a hole, though the clock was set back', () => {
    const setBack = [segment('a', 10, 5 * day), segment('b', 10, 1 * day), segment('c', 10, 6 * day)];
    expect(choose({ maxAgeDays: 3 }, 7 * day, [setBack, 0])).toEqual([]);
    expect(choose({ maxBytes: 20 }, 7 * day, [setBack, 0])).toEqual(['a']);
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

  test('lets go of the output of consoles it no longer has', async () => {
    const former = join(dir, 'board', 'aux');
    mkdirSync(former);
    for (const name of ['000000000000000', '000000000000005']) {
      writeFileSync(join(former, `${name}.raw`), 'hello');
      utimesSync(join(former, `${name}.raw`), 1000, 1000);
    }
    await keeper({ maxAgeDays: 1 }).sweep();
    expect(readdirSync(former)).toEqual(['000000000000005.raw']);
  });
});
