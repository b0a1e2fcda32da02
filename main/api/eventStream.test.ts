import { expect, test } from 'vitest';
import { Emitter } from '../base/emitter.ts';
import { eventStream } from './eventStream.ts';

function open(pushed: Emitter<number>) {
  return eventStream(() => -1, pushed.event, undefined);
}

test('what is pushed while the client is busy reaches it in order', async () => {
  const pushed = new Emitter<number>();
  const stream = open(pushed);
  expect((await stream.next()).value).toBe(-1);
  for (let value = 0; value < 100; value += 1) pushed.fire(value);
  for (let value = 0; value < 100; value += 1) expect((await stream.next()).value).toBe(value);
  await stream.return();
});

test('a client that does not read costs no more than its queue: its stream ends, and listens no more', async () => {
  const pushed = new Emitter<number>();
  const stream = open(pushed);
  await stream.next();
  for (let value = 0; value < 20_000; value += 1) pushed.fire(value);
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect(pushed.listenerCount).toBe(0);
});
