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
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { decodeRecords, indexHeader } from './indexCodec.ts';
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
  expect(rawFile()).toEqual(
    Buffer.concat([Buffer.from('one\r\n'), noise(300_000), Buffer.from([0, 255, 10])]),
  );
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
