import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import type { IndexRecord } from '../../main/console/recording/indexCodec.ts';
import { Recorder } from '../../main/console/recording/recorder.ts';
import { bundleModule } from '../../vite.workers.ts';

const waiting = { timeout: 30_000, interval: 20 };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-recording-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (folder: string, segmentBytes = 256 * 1024) =>
  Recorder.open(folder, systemClock, silentLogger, { segmentBytes });

async function readAll(recorder: Recorder): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < recorder.endOffset; ) {
    const part = await recorder.read(at, 1024 * 1024);
    expect(part.length).toBeGreaterThan(0);
    parts.push(part);
    at += part.length;
  }
  return Buffer.concat(parts);
}

async function records(recorder: Recorder): Promise<IndexRecord[]> {
  const found: IndexRecord[] = [];
  for await (const record of recorder.readRecords(0, recorder.endOffset)) found.push(record);
  return found;
}

describe('killed with -9 in mid-stream', () => {
  let child: string;
  beforeAll(async () => {
    child = await bundleModule(join(import.meta.dirname, 'recordingChild.ts'));
  });

  /** Records until about `bytes` have come, kills, and answers how much of the time before is missing. */
  async function recordAndKill(folder: string, bytes: number): Promise<number> {
    const script = `await import(${JSON.stringify(child)})`;
    const recording = spawn(
      process.execPath,
      ['--input-type=module', '-e', script, folder, String(256 * 1024)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const told: { offset: number; atMs: number }[] = [];
    const lines = createInterface({ input: recording.stdout });
    lines.on('line', (line) => {
      const [offset = 0, atMs = 0] = line.split(' ').map(Number);
      told.push({ offset, atMs });
      if (offset >= bytes) recording.kill('SIGKILL');
    });
    await once(lines, 'close');
    const recorder = await open(folder);
    const recorded = await readAll(recorder);
    for (let at = 0; at + 4 <= recorded.length; at += 4)
      if (recorded.readUInt32LE(at) !== at) expect.fail(`byte ${at} is not what was printed there`);
    const found = await records(recorder);
    expect(found.map(({ offset }) => offset)).toEqual(
      found.map(({ offset }) => offset).toSorted((a, b) => a - b),
    );
    expect(found.at(-1)?.offset).toBeLessThanOrEqual(recorded.length);
    const missing = told.find(({ offset }) => offset > recorded.length);
    await recorder.close();
    return missing ? (told.at(-1)?.atMs ?? 0) - missing.atMs : 0;
  }

  test('the recording is exactly what came first, and at most the last 200 ms are missing', async () => {
    const missingMs: number[] = [];
    for (let round = 1; round <= 4; round++)
      missingMs.push(await recordAndKill(join(dir, `round${round}`), round * 2_000_000));
    // On a busy machine one of them may be late.
    expect(Math.min(...missingMs)).toBeLessThanOrEqual(200);
  });

  test('twenty megabytes over many segments open again, and go on', async () => {
    const folder = join(dir, 'main');
    await recordAndKill(folder, 20_000_000);
    const recorder = await open(folder);
    expect(recorder.segments().length).toBeGreaterThan(20);
    const { endOffset } = recorder;
    recorder.append(Buffer.from('more'));
    await recorder.flush();
    expect(Buffer.from(await recorder.read(endOffset, 10)).toString()).toBe('more');
    await recorder.close();
  });
});

test('a folder that cannot be made pauses the recording, the console goes on, and nothing is lost', async () => {
  const folder = join(dir, 'board', 'main');
  writeFileSync(join(dir, 'board'), 'in the way');
  const recorder = await open(folder);
  expect(recorder.state).toMatchObject({ state: 'paused', reason: expect.stringMatching(/ENOTDIR|EEXIST/) });
  recorder.note('power', { state: 'on' });
  recorder.append(Buffer.from('hello'));
  expect(Buffer.from(recorder.readMemory(0, 10) ?? []).toString()).toBe('hello');
  rmSync(join(dir, 'board'));
  await vi.waitFor(() => expect(recorder.state.state).toBe('recording'), waiting);
  await recorder.flush();
  expect((await readAll(recorder)).toString()).toBe('hello');
  expect((await records(recorder)).map(({ kind }) => kind)).toEqual(['power', 'rx']);
  await recorder.close();
});

const disk = mkdtempSync(join(tmpdir(), 'labdeck-small-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,nr_inodes=8', 'tmpfs', disk]).status === 0;
if (mounted) spawnSync('umount', [disk]);
rmSync(disk, { recursive: true, force: true });

/** Needs the right to mount a small disk: root outside of a locked-down container. */
describe.skipIf(!mounted)('on a small disk', () => {
  let small: string;
  beforeEach(() => {
    small = join(dir, 'small');
    mkdirSync(small);
  });
  afterEach(() => {
    // Lazily: a recorder that has just closed may have a last descriptor on its way.
    spawnSync('umount', ['-l', small]);
  });
  const mount = (options: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', small]);
  const remount = (options: string) => execFileSync('mount', ['-o', `remount,${options}`, small]);
  const printed = (bytes: number) =>
    Buffer.from(Array.from({ length: bytes }, (_, i) => (i * 7 + (i >> 8)) % 256));

  test('no new file to be had: the recording pauses, then goes on without a byte lost', async () => {
    // The root, the folder, and two segments with their indexes.
    mount('size=16m,nr_inodes=6');
    const recorder = await open(join(small, 'main'), 100_000);
    const all = printed(500_000);
    for (let at = 0; at < all.length; at += 50_000) {
      recorder.append(all.subarray(at, at + 50_000));
      await recorder.flush();
    }
    expect(recorder.state).toMatchObject({ state: 'paused', reason: expect.stringContaining('ENOSPC') });
    recorder.note('power', { state: 'off' });
    remount('nr_inodes=1000');
    await vi.waitFor(() => expect(recorder.state.state).toBe('recording'), waiting);
    await recorder.flush();
    expect(recorder.segments().length).toBeGreaterThan(2);
    expect(recorder.state.lostBytes).toBe(0);
    expect((await readAll(recorder)).equals(all)).toBe(true);
    expect(await recorder.findLast('power', recorder.endOffset)).toMatchObject({ offset: 500_000 });
    await recorder.close();
  });

  test('more than memory keeps: the oldest is given up, counted and marked, and what happened stays', async () => {
    mount('size=1m');
    const recorder = await open(join(small, 'main'), 256 * 1024);
    let told = 0;
    recorder.onDidRebase(({ bytes }) => {
      told -= bytes;
    });
    recorder.append(printed(900_000));
    await recorder.flush();
    recorder.note('power', { state: 'on' });
    for (let i = 0; i < 100; i++) {
      recorder.append(printed(100_000));
      await recorder.flush();
    }
    recorder.append(Buffer.from('the end'));
    expect(recorder.state.state).toBe('paused');
    remount('size=64m');
    await vi.waitFor(() => expect(recorder.state.state).toBe('recording'), waiting);
    await recorder.flush();
    const { lostBytes } = recorder.state;
    expect(lostBytes).toBeGreaterThan(1_000_000);
    expect(told).toBe(lostBytes);
    expect(recorder.endOffset).toBe(900_000 + 100 * 100_000 + 7 - lostBytes);
    const recorded = await readAll(recorder);
    expect(recorded.subarray(0, 900_000).equals(printed(900_000))).toBe(true);
    expect(recorded.subarray(-7).toString()).toBe('the end');
    const found = await records(recorder);
    expect(found.find(({ kind }) => kind === 'power')?.payload).toEqual({ state: 'on' });
    expect(found.find(({ kind }) => kind === 'gap')?.payload).toEqual({ bytes: lostBytes });
    await recorder.close();
    const again = await open(join(small, 'main'));
    expect((await readAll(again)).equals(recorded)).toBe(true);
    await again.close();
  });
});
