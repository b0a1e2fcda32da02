import { expect, test } from 'vitest';
import { ByteWindow } from './byteWindow.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const held = (window: ByteWindow) => [window.from, ...window.slice(window.from, window.to)];

test('the newest bytes are held, up to the limit', () => {
  const window = new ByteWindow(4);
  window.append(bytes(1, 2, 3), 10);
  window.append(bytes(4, 5), 13);
  expect(held(window)).toEqual([11, 2, 3, 4, 5]);
});

test('a byte that comes twice is held once', () => {
  const window = new ByteWindow(8);
  window.append(bytes(1, 2, 3), 0);
  window.append(bytes(2, 3, 4), 1);
  expect(held(window)).toEqual([0, 1, 2, 3, 4]);
});

test('after a hole only what came behind it is held', () => {
  const window = new ByteWindow(8);
  window.append(bytes(1, 2), 0);
  window.append(bytes(9), 100);
  expect(held(window)).toEqual([100, 9]);
});

test('more than the limit at once leaves its end', () => {
  const window = new ByteWindow(3);
  window.append(bytes(1, 2, 3, 4, 5), 20);
  expect(held(window)).toEqual([22, 3, 4, 5]);
});

test('earlier bytes push out the latest', () => {
  const window = new ByteWindow(4);
  window.append(bytes(5, 6, 7), 5);
  window.prepend(bytes(3, 4));
  expect(held(window)).toEqual([3, 3, 4, 5, 6]);
});

test('any run of small pieces leaves exactly the last bytes', () => {
  const window = new ByteWindow(16);
  for (let at = 0; at < 500; at += 3) window.append(bytes(at % 256, (at + 1) % 256, (at + 2) % 256), at);
  expect(window.to).toBe(501);
  expect([...window.slice(485, 501)]).toEqual(Array.from({ length: 16 }, (_, i) => (485 + i) % 256));
});
