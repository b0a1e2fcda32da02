import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { WatchQueue } from './watchQueue.ts';

const waiting = { timeout: 10_000, interval: 2 };
let printed: Buffer;
let queue: WatchQueue;
let seen: { text: string; offset: number }[];
let pieces: number;

beforeEach(() => {
  printed = Buffer.alloc(0);
  seen = [];
  pieces = 0;
  queue = new WatchQueue({
    recording: {
      get endOffset() {
        return printed.length;
      },
      read: async (offset, maxBytes) => printed.subarray(offset, offset + maxBytes),
      keptFrom: (offset) => offset,
      timeAt: async () => 1,
    },
    look: (bytes, offset) => {
      pieces += 1;
      seen.push({ text: Buffer.from(bytes).toString('latin1'), offset });
    },
    paceMs: () => 5,
    clock: systemClock,
    logger: silentLogger,
  });
});
afterEach(() => queue.dispose());

function print(text: string): void {
  const offset = printed.length;
  printed = Buffer.concat([printed, Buffer.from(text)]);
  queue.push({ bytes: Buffer.from(text), offset, atMs: 1 });
}

function seenText(): string {
  return seen.map(({ text }) => text).join('');
}

test('what trickles in is looked at together, in order', async () => {
  print('a');
  print('b');
  print('c');
  await vi.waitFor(() => expect(seen).toEqual([{ text: 'abc', offset: 0 }]), waiting);
});

test('a flood is looked at from the recording, every byte once and in order', async () => {
  print('begin ');
  for (let at = 0; at < 20; at += 1) print(String(at % 10).repeat(64 * 1024));
  print(' end');
  expect(pieces).toBe(0);
  await vi.waitFor(() => expect(seenText().length).toBe(printed.length), waiting);
  expect(seenText()).toBe(printed.toString());
  print('live again');
  await vi.waitFor(() => expect(seenText().endsWith('live again')).toBe(true), waiting);
  expect(seenText()).toBe(printed.toString());
});

test('what happened between two bytes is told between them, also in a flood', async () => {
  const told: string[] = [];
  print('x'.repeat(200 * 1024));
  queue.when(printed.length, () => told.push(seenText()));
  print('y'.repeat(200 * 1024));
  await vi.waitFor(() => expect(seenText().length).toBe(printed.length), waiting);
  expect(told).toEqual(['x'.repeat(200 * 1024)]);
  await vi.waitFor(() => {
    queue.when(printed.length, () => told.push('now'));
    expect(told).toContain('now');
  }, waiting);
});

test('what waits is looked at before what happens next', () => {
  print('a');
  const told: string[] = [];
  queue.when(1, () => told.push(seenText()));
  expect(told).toEqual(['a']);
});
