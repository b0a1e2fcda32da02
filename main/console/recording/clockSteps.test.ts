import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import type { IndexRecord } from './indexCodec.ts';
import { Recorder } from './recorder.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-clock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A machine with its three clocks. */
class Machine {
  wallMs = 1_700_000_000_000;
  awakeMs = 50_000;
  upMs = 90_000;

  pass(ms: number): void {
    this.wallMs += ms;
    this.awakeMs += ms;
    this.upMs += ms;
  }

  sleep(ms: number): void {
    this.wallMs += ms;
    this.upMs += ms;
  }

  record(): Promise<Recorder> {
    return Recorder.open(
      join(dir, 'main'),
      { nowMs: () => this.wallMs, monotonicMs: () => this.awakeMs, sleep: () => Promise.resolve() },
      silentLogger,
      { steady: { monotonicMs: () => this.awakeMs, sinceBootMs: () => this.upMs } },
    );
  }
}

async function clockRecords(recorder: Recorder): Promise<IndexRecord[]> {
  const found: IndexRecord[] = [];
  for await (const each of recorder.readRecords(0, recorder.endOffset))
    if (each.kind === 'clock') found.push(each);
  return found;
}

test.each([-7_200_000, 3_600_000])(
  'a host clock set by %i ms is noted, and durations stay right',
  async (stepMs) => {
    const machine = new Machine();
    const recorder = await machine.record();
    recorder.append(Buffer.from('one\n'));
    machine.pass(3_000);
    machine.wallMs += stepMs;
    recorder.append(Buffer.from('two\n'));
    machine.pass(500);
    recorder.append(Buffer.from('three\n'));
    expect(await clockRecords(recorder)).toMatchObject([{ offset: 4, payload: { stepMs } }]);
    expect(await recorder.elapsedMs(0, 8)).toBe(3_500);
    expect(await recorder.elapsedMs(4, 8)).toBe(500);
    expect((await recorder.timeAt(8)) ?? 0).toBe(machine.wallMs);
    await recorder.close();
  },
);

test('a machine that slept has not had its clock set', async () => {
  const machine = new Machine();
  const recorder = await machine.record();
  recorder.append(Buffer.from('before'));
  machine.sleep(3_600_000);
  recorder.append(Buffer.from('after'));
  expect(await clockRecords(recorder)).toEqual([]);
  expect(await recorder.elapsedMs(0, 6)).toBe(3_600_000);
  await recorder.close();
});
