import { expect, test } from 'vitest';
import { StreamCursor } from './streamCursor.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (part: Uint8Array) => new TextDecoder().decode(part);

test('a new viewer asks for a screenful, a returning one for the next byte', () => {
  const cursor = new StreamCursor();
  expect(cursor.resumeOffset).toBe(-1);
  cursor.start(100);
  cursor.accept(100, bytes('hello'));
  expect(cursor.resumeOffset).toBe(105);
});

test('a byte that comes twice is shown once', () => {
  const cursor = new StreamCursor();
  cursor.start(0);
  cursor.accept(0, bytes('abcd'));
  const again = cursor.accept(2, bytes('cdef'));
  expect(text(again.fresh)).toBe('ef');
  expect(again.offset).toBe(4);
  expect(cursor.accept(0, bytes('abc')).fresh).toHaveLength(0);
  expect(cursor.resumeOffset).toBe(6);
});

test('a hole is told with its size', () => {
  const cursor = new StreamCursor();
  cursor.start(0);
  cursor.accept(0, bytes('ab'));
  const later = cursor.accept(10, bytes('k'));
  expect(later.missingBytes).toBe(8);
  expect(text(later.fresh)).toBe('k');
});

test('after a skip the stream goes on without a second complaint', () => {
  const cursor = new StreamCursor();
  cursor.start(0);
  cursor.skipTo(50);
  expect(cursor.accept(50, bytes('x')).missingBytes).toBe(0);
});

test('a recording cut short by a crash is followed from where it really ends', () => {
  const cursor = new StreamCursor();
  cursor.start(0);
  cursor.accept(0, bytes('0123456789'));
  cursor.start(8);
  expect(text(cursor.accept(8, bytes('new')).fresh)).toBe('new');
});
