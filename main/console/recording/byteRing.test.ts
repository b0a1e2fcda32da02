import { expect, test } from 'vitest';
import { ByteRing } from './byteRing.ts';

const bytes = (from: number, count: number) => Uint8Array.from({ length: count }, (_, i) => (from + i) % 251);

test('what it still holds reads back byte for byte, wherever the chunks were cut', () => {
  const ring = new ByteRing(100, 1000);
  let offset = 1000;
  for (const size of [1, 7, 30, 2, 64, 11, 50, 3]) {
    ring.push(bytes(offset, size));
    offset += size;
  }
  expect(ring.endOffset).toBe(offset);
  expect(ring.startOffset).toBeGreaterThan(1000);
  expect(ring.endOffset - ring.startOffset).toBeGreaterThanOrEqual(100);
  for (let from = ring.startOffset; from <= ring.endOffset; from++)
    for (const max of [0, 1, 5, 64, 500])
      expect([...ring.read(from, max)]).toEqual([...bytes(from, Math.min(max, offset - from))]);
});

test('it lets nothing go that is not on disk yet', () => {
  const ring = new ByteRing(10, 0);
  for (let i = 0; i < 50; i++) ring.push(bytes(i * 10, 10), 0);
  expect(ring.startOffset).toBe(0);
  ring.push(bytes(500, 10), 400);
  expect(ring.startOffset).toBe(400);
});
