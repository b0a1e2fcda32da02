import { expect, test } from 'vitest';
import {
  type DataEvent,
  type DataRequest,
  decodeDataRequest,
  encodeDataEvent,
} from '../../../main/contract/dataChannel.ts';
import { DataLink, type StreamHandlers } from './dataLink.ts';
import type { ByteChannel } from './link.ts';

/** The core's end of one channel: remembers requests, sends what a core would. */
class FakeCore implements ByteChannel {
  readonly requests: DataRequest[] = [];
  #listener: ((message: Uint8Array) => void) | null = null;

  send(message: Uint8Array<ArrayBuffer>): void {
    const request = decodeDataRequest(message);
    if (request !== null) this.requests.push(request);
  }

  listen(listener: (message: Uint8Array) => void): void {
    this.#listener = listener;
  }

  emit(event: DataEvent): void {
    this.#listener?.(encodeDataEvent(event));
  }
}

function viewer(): StreamHandlers & { log: string[]; acks: (() => void)[] } {
  const log: string[] = [];
  const acks: (() => void)[] = [];
  return {
    log,
    acks,
    started: (liveOffset) => log.push(`started ${liveOffset}`),
    data: (bytes, offset, ack) => {
      log.push(`${offset}:${new TextDecoder().decode(bytes)}`);
      acks.push(ack);
    },
    skipped: (bytes) => log.push(`skipped ${bytes}`),
    ended: (problem) => log.push(`ended ${problem.code}`),
  };
}

const data = (sub: number, offset: number, text: string): DataEvent => ({
  type: 'data',
  sub,
  offset,
  bytes: new TextEncoder().encode(text),
});

test('a stream goes on at the very byte it reached when the core comes back', () => {
  const link = new DataLink();
  const first = new FakeCore();
  const seen = viewer();
  link.attach(first);
  link.open('b.main', seen);
  first.emit({ type: 'started', sub: 1, fromOffset: 0, liveOffset: 3 });
  first.emit(data(1, 0, 'abc'));
  link.detach();
  const second = new FakeCore();
  link.attach(second);
  expect(second.requests).toEqual([{ type: 'subscribe', sub: 2, fromOffset: 3, consoleId: 'b.main' }]);
  second.emit({ type: 'started', sub: 2, fromOffset: 3, liveOffset: 5 });
  second.emit(data(2, 3, 'de'));
  first.emit(data(1, 3, 'ghost'));
  expect(seen.log).toEqual(['started 3', '0:abc', 'started 5', '3:de']);
});

test('bytes are credited to the subscription that brought them and to no other', () => {
  const link = new DataLink();
  const first = new FakeCore();
  const seen = viewer();
  link.attach(first);
  link.open('b.main', seen);
  first.emit(data(1, 0, 'abc'));
  link.detach();
  const second = new FakeCore();
  link.attach(second);
  for (const ack of seen.acks) ack();
  expect(second.requests.filter((request) => request.type === 'ack')).toEqual([]);
  second.emit(data(2, 3, 'defg'));
  seen.acks[1]?.();
  expect(second.requests.at(-1)).toEqual({ type: 'ack', sub: 2, bytes: 4 });
});

test('a terminal opened while no core is there subscribes once one comes', () => {
  const link = new DataLink();
  link.open('b.main', viewer());
  const core = new FakeCore();
  link.attach(core);
  expect(core.requests).toEqual([{ type: 'subscribe', sub: 2, fromOffset: -1, consoleId: 'b.main' }]);
});

test('bytes seen before are acknowledged though nobody is shown them', () => {
  const link = new DataLink();
  const core = new FakeCore();
  const seen = viewer();
  link.attach(core);
  link.open('b.main', seen);
  core.emit(data(1, 0, 'abc'));
  core.emit(data(1, 0, 'abc'));
  expect(seen.log).toEqual(['0:abc']);
  expect(core.requests.at(-1)).toEqual({ type: 'ack', sub: 1, bytes: 3 });
});

test('what is left out is told, and a closed stream hears nothing more', () => {
  const link = new DataLink();
  const core = new FakeCore();
  const seen = viewer();
  link.attach(core);
  const stream = link.open('b.main', seen);
  core.emit({ type: 'skipped', sub: 1, resumeOffset: 500, skippedBytes: 400 });
  core.emit(data(1, 500, 'x'));
  stream.dispose();
  core.emit(data(1, 501, 'y'));
  expect(seen.log).toEqual(['skipped 400', '500:x']);
  expect(core.requests.at(-1)).toEqual({ type: 'unsubscribe', sub: 1 });
});

test('a stream that ended asks again where it stands', () => {
  const link = new DataLink();
  const core = new FakeCore();
  const seen = viewer();
  link.attach(core);
  const stream = link.open('b.main', seen);
  core.emit(data(1, 0, 'abc'));
  core.emit({ type: 'ended', sub: 1, code: 'NOT_FOUND', message: 'gone', hint: '' });
  stream.restart();
  expect(core.requests.at(-1)).toEqual({ type: 'subscribe', sub: 2, fromOffset: 3, consoleId: 'b.main' });
  expect(seen.log.at(-1)).toBe('ended NOT_FOUND');
});
