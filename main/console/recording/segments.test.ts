import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { encodeRecord, type IndexRecord, indexHeader } from './indexCodec.ts';
import { Recorder } from './recorder.ts';

let dir: string;
let folder: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-segments-'));
  folder = join(dir, 'main');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (segmentBytes = 100) => Recorder.open(folder, systemClock, silentLogger, { segmentBytes });
const rawNames = () => readdirSync(folder).filter((name) => name.endsWith('.raw'));
const text = (from: number, bytes: number) =>
  Buffer.from(Array.from({ length: bytes }, (_, i) => (from + i) % 251));

/** A recording of `count` segments of 100 bytes, and an unfinished one of 50. */
async function record(count: number): Promise<Recorder> {
  const recorder = await open();
  for (let i = 0; i <= count; i++) {
    recorder.append(text(i * 100, i === count ? 50 : 100));
    await recorder.flush();
  }
  return recorder;
}

async function readAll(recorder: Recorder, from: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let at = from; at < recorder.endOffset; ) {
    const part = await recorder.read(at, 70);
    expect(part.length).toBeGreaterThan(0);
    parts.push(part);
    at += part.length;
  }
  return Buffer.concat(parts);
}

async function records(recorder: Recorder, from: number, to: number): Promise<IndexRecord[]> {
  const found: IndexRecord[] = [];
  for await (const each of recorder.readRecords(from, to)) found.push(each);
  return found;
}

test('files are cut by size and named by where they begin, and offsets go on over files and restarts', async () => {
  const first = await record(3);
  await first.close();
  expect(rawNames()).toEqual([0, 100, 200, 300].map((n) => `${String(n).padStart(15, '0')}.raw`));
  const again = await open();
  expect(again.endOffset).toBe(350);
  again.append(text(350, 10));
  expect(await readAll(again, 0)).toEqual(text(0, 360));
  await again.close();
  expect(Buffer.concat(rawNames().map((name) => readFileSync(join(folder, name))))).toEqual(text(0, 360));
});

test('what was let go of reads as nothing, and the rest keeps its offsets', async () => {
  const recorder = await record(3);
  const doomed = recorder.segments().slice(0, 2);
  await recorder.removeSegments(new Set(doomed.map(({ path }) => path)));
  expect(recorder.startOffset).toBe(200);
  expect(recorder.bytesOnDisk).toBe(150);
  await recorder.close();
  const again = await open();
  expect(again.startOffset).toBe(200);
  expect(again.endOffset).toBe(350);
  expect(await again.read(100, 50)).toHaveLength(0);
  expect(again.keptFrom(100)).toBe(200);
  expect(await readAll(again, 200)).toEqual(text(200, 150));
  await again.close();
});

test('with everything let go of, the next byte still gets the next offset', async () => {
  const recorder = await record(1);
  await recorder.startSegment();
  await recorder.removeSegments(new Set(recorder.segments().map(({ path }) => path)));
  await recorder.close();
  const again = await open();
  expect([again.startOffset, again.endOffset]).toEqual([150, 150]);
  again.append(text(150, 5));
  await again.close();
  expect(rawNames()).toEqual(['000000000000150.raw']);
});

test('the segment that is being written is never removed', async () => {
  const recorder = await record(0);
  await recorder.removeSegments(new Set(recorder.segments().map(({ path }) => path)));
  expect(await readAll(recorder, 0)).toEqual(text(0, 50));
  await recorder.close();
  expect(rawNames()).toHaveLength(1);
});

test('a recording of one file is moved in', async () => {
  const rx: IndexRecord = { kind: 'rx', timeMs: 1000, offset: 0, payload: null };
  writeFileSync(`${folder}.raw`, 'hello');
  writeFileSync(`${folder}.idx`, Buffer.concat([indexHeader, encodeRecord(rx)]));
  const recorder = await open();
  expect(recorder.endOffset).toBe(5);
  expect(await recorder.timeAt(3)).toBe(1000);
  expect(existsSync(`${folder}.raw`)).toBe(false);
  await recorder.close();
});

test('killed while it was moved in, or between the two files of a new segment, it opens again', async () => {
  mkdirSync(folder);
  const rx: IndexRecord = { kind: 'rx', timeMs: 1000, offset: 0, payload: null };
  writeFileSync(`${folder}.raw`, 'hello');
  // The index had moved, the bytes had not: nothing but their move makes them a pair again.
  writeFileSync(join(folder, '000000000000000.idx'), Buffer.concat([indexHeader, encodeRecord(rx)]));
  const moved = await open();
  expect(await moved.timeAt(3)).toBe(1000);
  await moved.close();

  writeFileSync(join(folder, '000000000000005.raw'), '');
  const recorder = await open();
  expect(recorder.endOffset).toBe(5);
  recorder.append(Buffer.from('!'));
  await recorder.flush();
  expect((await readAll(recorder, 0)).toString()).toBe('hello!');
  expect(await recorder.timeAt(5)).toBeGreaterThan(1000);
  await recorder.close();
});

test('the index of a removal that was cut short is swept up', async () => {
  const recorder = await record(2);
  await recorder.close();
  rmSync(join(folder, '000000000000000.raw'));
  await (await open()).close();
  expect(readdirSync(folder)).not.toContain('000000000000000.idx');
});

test('a file that somebody removed is a hole, not the end', async () => {
  const recorder = await record(3);
  await recorder.close();
  rmSync(join(folder, '000000000000100.raw'));
  const again = await open();
  expect(again.keptFrom(120)).toBe(200);
  expect(await again.read(120, 10)).toHaveLength(0);
  rmSync(join(folder, '000000000000200.raw'));
  expect(await again.read(200, 10)).toHaveLength(0);
  expect(again.keptFrom(200)).toBe(300);
  expect(await readAll(again, 300)).toEqual(text(300, 50));
  await again.close();
});

test('records are found over segments, in memory as on disk, the arrival of the first byte before them', async () => {
  const recorder = await record(2);
  recorder.note('mark', { text: 'on disk' });
  await recorder.flush();
  recorder.append(text(250, 10));
  recorder.note('mark', { text: 'in memory' });
  const found = await records(recorder, 150, 300);
  expect(found.map(({ kind, offset }) => [kind, offset])).toEqual([
    ['rx', 100],
    ['rx', 200],
    ['mark', 250],
    ['rx', 250],
    ['mark', 260],
  ]);
  expect(await recorder.findLast('mark', 255)).toMatchObject({ payload: { text: 'on disk' } });
  expect(await recorder.findLast('mark', 300)).toMatchObject({ payload: { text: 'in memory' } });
  expect(await recorder.findLast('mark', 300, ({ offset }) => offset < 200)).toBeNull();
  await recorder.close();
});

test('each segment tells the time of its first byte, also where a burst was cut in two', async () => {
  let nowMs = 5_000;
  const clock = { ...systemClock, nowMs: () => nowMs };
  const steady = { monotonicMs: () => nowMs, sinceBootMs: () => nowMs };
  const recorder = await Recorder.open(folder, clock, silentLogger, { segmentBytes: 10, steady });
  recorder.append(text(0, 10));
  await recorder.flush();
  recorder.append(text(10, 10));
  await recorder.flush();
  nowMs = 6_000;
  recorder.append(text(20, 1));
  await recorder.flush();
  expect(recorder.segments().map(({ fromOffset }) => fromOffset)).toEqual([0, 10, 20]);
  expect([await recorder.timeAt(9), await recorder.timeAt(10), await recorder.timeAt(20)]).toEqual([
    5_000, 5_000, 6_000,
  ]);
  await recorder.close();
});

test('a sealed index that is damaged or missing is mended when somebody reads it', async () => {
  const recorder = await record(3);
  await recorder.close();
  const damaged = join(folder, '000000000000100.idx');
  const bytes = readFileSync(damaged);
  writeFileSync(damaged, Buffer.concat([bytes, Buffer.alloc(100_000, 0xee)]));
  rmSync(join(folder, '000000000000200.idx'));
  const again = await open();
  const found = await records(again, 100, 300);
  expect(found.filter(({ kind }) => kind === 'rx').map(({ offset }) => offset)).toContain(200);
  expect(found.filter(({ kind }) => kind === 'mark')).toHaveLength(2);
  expect(
    readdirSync(folder)
      .filter((name) => name.includes('.damaged-'))
      .map((n) => n.slice(0, 19)),
  ).toEqual([basename(damaged)]);
  await again.close();
});

test('records beyond a damaged place are kept', async () => {
  const recorder = await open(1_000_000);
  for (let i = 0; i < 2_000; i++) recorder.note('mark', { text: `${i}`.padEnd(100) });
  await recorder.close();
  const path = join(folder, '000000000000000.idx');
  const bytes = readFileSync(path);
  bytes.fill(0xee, 100_000, 100_200);
  writeFileSync(path, bytes);
  const again = await open();
  const marks = await records(again, 0, 0);
  expect(marks.length).toBeGreaterThan(1_990);
  expect(marks.at(-2)?.payload?.text).toBe(`${1_999}`.padEnd(100));
  await again.close();
});

test('a long index is searched from either end without a record lost', async () => {
  const recorder = await open(10_000_000);
  const count = 20_000;
  for (let i = 0; i < count; i++) {
    recorder.append(text(i, 10));
    recorder.note('led', { detail: `${i}` });
  }
  await recorder.flush();
  for (const i of [0, 1, 7_777, 12_345, count - 1]) {
    expect(await recorder.findLast('led', i * 10 + 10)).toMatchObject({ payload: { detail: `${i}` } });
    const near = await records(recorder, i * 10, i * 10 + 25);
    expect(near[0]?.kind).toMatch(/rx|led/);
    expect(near.some(({ payload }) => payload?.detail === `${i}`)).toBe(true);
  }
  const wanted = await recorder.findLast('led', count * 10, ({ payload }) => payload?.detail === '3');
  expect(wanted?.offset).toBe(40);
  await recorder.close();
});

test('segments let go of while their records are read are passed over', async () => {
  const recorder = await record(5);
  const seen: number[] = [];
  for await (const { offset } of recorder.readRecords(0, 550)) {
    if (seen.length === 0)
      await recorder.removeSegments(
        new Set(
          recorder
            .segments()
            .slice(2, 4)
            .map(({ path }) => path),
        ),
      );
    seen.push(offset);
  }
  expect(seen).toEqual([0, 100, 400, 500]);
  await recorder.close();
});

test('bytes that never reached the disk take their records with them', async () => {
  const recorder = await record(1);
  await recorder.close();
  truncateSync(join(folder, '000000000000100.raw'), 0);
  const again = await open();
  expect(again.endOffset).toBe(100);
  expect(await readAll(again, 0)).toEqual(text(0, 100));
  await again.close();
});
