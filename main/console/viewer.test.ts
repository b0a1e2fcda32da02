import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { Recorder } from './recording/recorder.ts';
import { Viewer, type ViewerEvent } from './viewer.ts';

let dir: string;
let recorder: Recorder;
let viewer: Viewer;
let events: ViewerEvent[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labdeck-viewer-'));
  recorder = await Recorder.open(join(dir, 'main'), systemClock, silentLogger);
  events = [];
  viewer = new Viewer(
    recorder,
    0,
    (event) => events.push(event),
    () => {},
  );
});
afterEach(async () => {
  viewer.dispose();
  await recorder.close();
  await rm(dir, { recursive: true, force: true });
});

function print(text: string): void {
  recorder.append(Buffer.from(text));
  viewer.wake();
}

function pieces(): string[] {
  return events.flatMap((event) => (event.type === 'data' ? [Buffer.from(event.bytes).toString()] : []));
}

test('the first piece after a pause goes at once, those that follow go together', async () => {
  viewer.setPace(30);
  print('a');
  print('b');
  print('c');
  expect(pieces()).toEqual(['a']);
  await vi.waitFor(() => expect(pieces()).toEqual(['a', 'bc']), { timeout: 5_000, interval: 2 });
});

test('a quicker pace hands on what waits', () => {
  viewer.setPace(60_000);
  print('a');
  print('b');
  viewer.setPace(0);
  print('c');
  expect(pieces()).toEqual(['a', 'b', 'c']);
});

test('a flood is not held up by a slow pace', async () => {
  viewer.setPace(60_000);
  print('a');
  print('x'.repeat(128 * 1024));
  await vi.waitFor(() => expect(pieces().join('').length).toBe(1 + 128 * 1024), { timeout: 5_000 });
});
