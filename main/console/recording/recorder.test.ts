import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { decodeRecords, type IndexRecord, indexHeader } from './indexCodec.ts';
import { openOrBegin } from './mendIndex.ts';
import { Recorder } from './recorder.ts';

let dir: string;
let folder: string;
let base: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-recorder-'));
  folder = join(dir, 'board', 'main');
  base = join(folder, '000000000000000');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = () => Recorder.open(folder, systemClock, silentLogger);
const rawFile = () => readFileSync(`${base}.raw`);
const index = () => decodeRecords(readFileSync(`${base}.idx`).subarray(indexHeader.length));
const noise = (bytes: number) => Buffer.from(Array.from({ length: bytes }, (_, i) => (i * 7) % 256));

test('the raw file holds exactly what was printed, over restarts', async () => {
  const first = await open();
  first.append(Buffer.from('one\r\n'));
  first.append(noise(300_000));
  await first.close();
  const second = await open();
  expect(second.endOffset).toBe(300_005);
  second.append(Buffer.from([0, 255, 10]));
  await second.close();
  const printed = Buffer.concat([Buffer.from('one\r\n'), noise(300_000), Buffer.from([0, 255, 10])]);
  expect(rawFile().equals(printed)).toBe(true);
});

test('what is typed and switched stands in the index, not in the bytes', async () => {
  const recorder = await open();
  recorder.note('power', { state: 'on' });
  recorder.append(Buffer.from('boot'));
  recorder.note('tx', { who: 'rest', base64: 'YQ==' });
  recorder.append(Buffer.from('a'));
  await recorder.close();
  expect(rawFile().toString()).toBe('boota');
  expect(index().records.map(({ kind, offset }) => [kind, offset])).toEqual([
    ['power', 0],
    ['rx', 0],
    ['tx', 4],
    ['rx', 4],
  ]);
});

test('bytes go to the disk unasked', async () => {
  const recorder = await open();
  recorder.append(Buffer.from('last words'));
  await vi.waitFor(() => expect(rawFile().toString()).toBe('last words'));
  await recorder.close();
});

test('a reader finds every byte, in memory or in the file, also while it is written', async () => {
  const recorder = await open();
  const all = noise(2_000_000);
  for (let at = 0; at < all.length; at += 10_000) recorder.append(all.subarray(at, at + 10_000));
  const seen: Uint8Array[] = [];
  for (let at = 0; at < all.length; ) {
    const part = await recorder.read(at, 70_000);
    expect(part.length).toBeGreaterThan(0);
    seen.push(part);
    at += part.length;
  }
  expect(Buffer.concat(seen).equals(all)).toBe(true);
  await recorder.close();
});

test('an index cut anywhere opens again, and the raw bytes are never touched', async () => {
  const recorder = await open();
  recorder.append(Buffer.from('hello'));
  recorder.note('mark', { text: 'here' });
  await recorder.close();
  const whole = readFileSync(`${base}.idx`);
  for (let cut = 1; cut < whole.length; cut++) {
    writeFileSync(`${base}.idx`, whole.subarray(0, cut));
    const again = await open();
    expect(again.endOffset).toBe(5);
    again.append(Buffer.from('!'));
    await again.close();
    const { records, damaged, validBytes } = index();
    expect(damaged).toBe(false);
    expect(validBytes).toBe(statSync(`${base}.idx`).size - indexHeader.length);
    expect(records.at(-1)).toMatchObject({ kind: 'rx', offset: 5 });
    expect(rawFile().toString()).toBe('hello!');
    truncateSync(`${base}.raw`, 5);
  }
});

test('a closed recorder begins no segment any more', async () => {
  const recorder = await open();
  recorder.append(Buffer.from('hello'));
  const closing = recorder.close();
  await recorder.startSegment();
  await closing;
  await recorder.startSegment();
  expect(readdirSync(folder)).toEqual(['000000000000000.idx', '000000000000000.raw']);
});

test('a note too long for the index is cut, one that cannot be written left out, and recording goes on', async () => {
  const recorder = await open();
  recorder.note('tx', { who: 'ci', base64: Buffer.alloc(90_000, 0x61).toString('base64') });
  recorder.note('mark', { text: '\u0001'.repeat(60_000) });
  recorder.note('mark', { text: 1n });
  recorder.append(Buffer.from('hello'));
  await recorder.flush();
  expect(recorder.state.state).toBe('recording');
  await recorder.close();
  const [typed, mark, arrival] = index().records;
  expect(typed?.payload).toMatchObject({ who: 'ci', cut: true });
  expect(Buffer.from(String(typed?.payload?.base64), 'base64')).toEqual(Buffer.alloc(36_000, 0x61));
  const text = String(mark?.payload?.text);
  expect(text).toBe('\u0001'.repeat(text.length));
  expect(text.length).toBeGreaterThan(1_000);
  expect(arrival?.kind).toBe('rx');
});

test('what happens while the disk refuses is kept within bounds, and what was given up is counted', async () => {
  writeFileSync(join(dir, 'board'), 'in the way');
  const recorder = await open();
  recorder.note('power', { state: 'on' });
  for (let note = 0; note < 300; note++) recorder.note('mark', { text: `${note}`.padEnd(40_000) });
  recorder.append(Buffer.from('hello'));
  const kept: IndexRecord[] = [];
  for await (const record of recorder.readRecords(0, 5)) kept.push(record);
  const marks = kept.filter(({ kind }) => kind === 'mark');
  expect(marks.length).toBeLessThan(110);
  expect(marks.at(-1)?.payload?.text).toMatch(/^299 /);
  rmSync(join(dir, 'board'));
  await vi.waitFor(() => expect(recorder.state.state).toBe('recording'), { timeout: 30_000 });
  await recorder.close();
  const gap = index().records.find(({ kind }) => kind === 'gap');
  expect(gap?.payload).toEqual({ bytes: 0, records: 301 - marks.length });
});

test('an index that cannot be opened just now is not begun anew', async () => {
  const path = join(dir, 'present.idx');
  writeFileSync(path, 'good');
  const refused = Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  const openOnceRefused = vi.fn<typeof openFile>(openFile).mockRejectedValueOnce(refused);
  await expect(openOrBegin(path, openOnceRefused)).rejects.toBe(refused);
  expect(readFileSync(path, 'utf8')).toBe('good');
});

test('a missing index is rebuilt over all bytes', async () => {
  const recorder = await open();
  recorder.append(Buffer.from('hello'));
  await recorder.close();
  rmSync(`${base}.idx`);
  await (await open()).close();
  expect(index().records.map(({ kind, offset }) => [kind, offset])).toEqual([
    ['rx', 0],
    ['mark', 5],
  ]);
});

test('an index damaged in the middle is set aside, not overwritten', async () => {
  const recorder = await open();
  recorder.append(Buffer.from('hello'));
  await recorder.close();
  appendFileSync(`${base}.idx`, Buffer.alloc(200_000, 0xee));
  await (await open()).close();
  expect(readdirSync(folder).filter((name) => name.includes('.damaged-'))).toHaveLength(1);
  expect(index().damaged).toBe(false);
});

test('records of bytes that never reached the disk are dropped', async () => {
  const recorder = await open();
  recorder.append(Buffer.from('hello'));
  recorder.note('mark', { text: 'after hello' });
  await recorder.close();
  truncateSync(`${base}.raw`, 2);
  await (await open()).close();
  expect(index().records.map(({ kind }) => kind)).toEqual(['rx']);
});
