import { expect, test } from 'vitest';
import {
  type DataEvent,
  type DataRequest,
  decodeDataRequest,
  encodeDataEvent,
} from '../../../main/contract/dataChannel.ts';
import { DataLink } from '../../lib/lab/dataLink.ts';
import { ConsoleFeed } from './consoleFeed.ts';

/** Parses one chunk at a time, when told, and notes whether the feed called it history. */
class FakeTerminal {
  readonly parsed: string[] = [];
  feed: ConsoleFeed | null = null;
  readonly #queue: { bytes: Uint8Array; done: () => void }[] = [];

  readonly write = (bytes: Uint8Array, _offset: number | null, done: () => void): void => {
    this.#queue.push({ bytes, done });
  };

  parse(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const kind = this.feed?.replaying === true ? 'history' : 'live';
      this.parsed.push(`${kind}:${new TextDecoder().decode(next.bytes)}`);
      next.done();
    }
  }
}

function setUp() {
  const requests: DataRequest[] = [];
  let deliver: (message: Uint8Array) => void = () => {};
  const link = new DataLink();
  link.attach({
    send: (message) => {
      const request = decodeDataRequest(message);
      if (request !== null) requests.push(request);
    },
    listen: (listener) => {
      deliver = listener;
    },
  });
  const terminal = new FakeTerminal();
  terminal.feed = new ConsoleFeed(link, 'b.main', terminal.write, { started: () => {}, ended: () => {} });
  return { terminal, requests, emit: (event: DataEvent) => deliver(encodeDataEvent(event)) };
}

const data = (offset: number, text: string): DataEvent => ({
  type: 'data',
  sub: 1,
  offset,
  bytes: new TextEncoder().encode(text),
});

test('bytes before the live offset are history, also when one chunk holds both', () => {
  const { terminal, emit } = setUp();
  emit({ type: 'started', sub: 1, fromOffset: 0, liveOffset: 5 });
  emit(data(0, 'abc'));
  emit(data(3, 'defg'));
  emit(data(7, 'h'));
  terminal.parse();
  expect(terminal.parsed).toEqual(['history:abc', 'history:de', 'live:fg', 'live:h']);
  expect(terminal.feed?.replaying).toBe(false);
});

test('bytes are acknowledged once parsed, not when they arrive', () => {
  const { terminal, requests, emit } = setUp();
  emit({ type: 'started', sub: 1, fromOffset: 0, liveOffset: 0 });
  emit(data(0, 'abc'));
  emit(data(3, 'de'));
  expect(requests.filter((request) => request.type === 'ack')).toEqual([]);
  terminal.parse();
  const acked = requests.filter((request) => request.type === 'ack').map((request) => request.bytes);
  expect(acked.reduce((sum, bytes) => sum + bytes, 0)).toBe(5);
});

test('a hole is said on screen with its size', () => {
  const { terminal, emit } = setUp();
  emit({ type: 'started', sub: 1, fromOffset: 0, liveOffset: 0 });
  emit({ type: 'skipped', sub: 1, resumeOffset: 9_000_000, skippedBytes: 9_000_000 });
  terminal.parse();
  expect(terminal.parsed.join('')).toContain('9.0 MB not shown');
});
