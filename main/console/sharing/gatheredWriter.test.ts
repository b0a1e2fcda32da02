import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GatheredWriter } from './gatheredWriter.ts';

const waiting = { timeout: 5_000, interval: 2 };
let writes: string[];
let taken: number;
let writer: GatheredWriter;
beforeEach(() => {
  writes = [];
  taken = 0;
  const socket = new Writable({
    decodeStrings: true,
    write: (chunk: Buffer, _, done) => {
      writes.push(chunk.toString());
      done();
    },
    writev: (chunks, done) => {
      writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)).toString());
      done();
    },
  });
  writer = new GatheredWriter(socket);
});
afterEach(() => writer.dispose());

function print(...pieces: string[]): void {
  for (const piece of pieces) writer.write(Buffer.from(piece), () => (taken += 1));
}

test('the first piece goes at once; those that follow closely go together, in order', async () => {
  print('a', 'b', 'c');
  expect(writes).toEqual(['a']);
  await vi.waitFor(() => expect(writes).toEqual(['a', 'bc']), waiting);
  await vi.waitFor(() => expect(taken).toBe(3), waiting);
});

test('who types gets what waited, and then every piece at once', () => {
  print('a', 'b');
  writer.noteTyping();
  print('c', 'd');
  expect(writes).toEqual(['a', 'b', 'c', 'd']);
});

test('a flood is not held up', () => {
  const block = 'x'.repeat(32 * 1024);
  print(block, block, block);
  expect(writes.join('').length).toBe(3 * block.length);
});

test('what was gathered is not lost at the end', () => {
  print('a', 'b');
  writer.dispose();
  expect(writes).toEqual(['a', 'b']);
});
