import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import type { Boot } from '../../contract/index.ts';
import { emptyBootState } from './bootMachine.ts';
import { BootsFile, maxBoots, type Progress } from './bootsFile.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-boots-'));
  path = join(dir, 'boots.jsonl');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const { signal } = new AbortController();

function bootOf(bootId: number, outcome: Boot['outcome'] = 'good'): Boot {
  const [fromOffset, toOffset] = [bootId * 1_000, bootId * 1_000 + 1_000];
  const stages = Array.from({ length: 8 }, (_, n) => ({
    stage: 'kernel',
    label: 'Linux',
    fault: false,
    offset: fromOffset + n,
    atMs: 5,
    durationMs: 100,
    text: `Linux version 6.6.${n} `.padEnd(100, 'x'),
  }));
  return { bootId, begun: 'banner', fromOffset, toOffset, startedAtMs: 1, endedAtMs: 9, outcome, stages };
}

const progressTo = (scannedTo: number): Progress => ({
  scannedTo,
  atMs: 10,
  steppedMs: 0,
  state: { ...emptyBootState, nextBootId: scannedTo / 1_000 },
});

test('a file that grew as long as it may is written anew before long, with the last word on each boot', async () => {
  const file = new BootsFile(path, silentLogger);
  const boots = Array.from({ length: maxBoots }, (_, index) => bootOf(index + 1));
  let written = 0;
  for (const boot of boots) {
    file.append([{ ...boot, outcome: 'short' }], progressTo(boot.toOffset ?? 0));
    file.append([boot], progressTo(boot.toOffset ?? 0));
    if (file.isLong) {
      file.compact(boots.slice(0, boot.bootId), progressTo(boot.toOffset ?? 0));
      written += 1;
    }
  }
  await file.flushed();
  expect(written).toBeGreaterThan(1);
  const { length } = readFileSync(path, 'utf8').split('\n');
  expect(length).toBeLessThan(maxBoots + 2_100);
  const loaded = await new BootsFile(path, silentLogger).load(0, Number.MAX_SAFE_INTEGER, signal);
  expect(loaded.boots).toEqual(boots);
  expect(loaded.progress.scannedTo).toBe((maxBoots + 1) * 1_000);
});

test('others have their turn while a long file is read', async () => {
  const file = new BootsFile(path, silentLogger);
  for (let bootId = 1; bootId < maxBoots; bootId += 1)
    file.append([bootOf(bootId)], progressTo(bootId * 1_000 + 1_000));
  await file.flushed();
  let turns = 0;
  const others = setInterval(() => {
    turns += 1;
  });
  await new BootsFile(path, silentLogger).load(0, Number.MAX_SAFE_INTEGER, signal);
  clearInterval(others);
  expect(turns).toBeGreaterThan(2);
});
