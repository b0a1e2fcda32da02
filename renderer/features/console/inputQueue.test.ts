import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import { maxInputBytes } from '../../../main/contract/index.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';
import { InputQueue, inputBatchBytes, maxWaitingBytes, toBase64 } from './inputQueue.ts';

/** A board that takes input only when told to, so that the test decides when a call ends. */
class SlowBoard {
  readonly got: string[] = [];
  #finish: (() => void) | null = null;
  #refuse: ((error: Error) => void) | null = null;

  readonly send = (bytes: Uint8Array): Promise<void> => {
    this.got.push(new TextDecoder().decode(bytes));
    return new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#refuse = reject;
    });
  };

  async take(): Promise<void> {
    this.#finish?.();
    await settled();
  }

  async refuse(error: Error): Promise<void> {
    this.#refuse?.(error);
    await settled();
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const bytes = (text: string) => new TextEncoder().encode(text);

function queueTo(board: SlowBoard): { queue: InputQueue; results: (LabProblem | null)[] } {
  const results: (LabProblem | null)[] = [];
  return { queue: new InputQueue(board.send, (problem) => results.push(problem)), results };
}

test('what is typed while a call is under way goes with the next, in order', async () => {
  const board = new SlowBoard();
  const { queue } = queueTo(board);
  for (const key of 'version\r') queue.type(bytes(key));
  expect(board.got).toEqual(['v']);
  await board.take();
  expect(board.got).toEqual(['v', 'ersion\r']);
  await board.take();
  expect(board.got).toHaveLength(2);
});

test('a large paste goes in portions the core takes', async () => {
  const board = new SlowBoard();
  const { queue } = queueTo(board);
  queue.type(bytes('x'.repeat(inputBatchBytes + 10)));
  await board.take();
  await board.take();
  expect(board.got.map((part) => part.length)).toEqual([inputBatchBytes, 10]);
  expect(inputBatchBytes).toBe(maxInputBytes);
});

test('after a failure nothing that waited is sent later', async () => {
  const board = new SlowBoard();
  const { queue, results } = queueTo(board);
  queue.type(bytes('a'));
  queue.type(bytes('bc'));
  await board.refuse(new ORPCError('POWERED_OFF', { message: 'off', data: { hint: 'Switch it on.' } }));
  expect(board.got).toEqual(['a']);
  expect(results).toEqual([{ code: 'POWERED_OFF', message: 'off', hint: 'Switch it on.', field: null }]);
  queue.type(bytes('d'));
  await board.take();
  expect(board.got).toEqual(['a', 'd']);
  expect(results.at(-1)).toBeNull();
});

test('more than a paste is refused at once', () => {
  const board = new SlowBoard();
  const { queue, results } = queueTo(board);
  queue.type(new Uint8Array(maxWaitingBytes + 1));
  expect(board.got).toEqual([]);
  expect(results[0]?.code).toBe('TOO_LARGE');
});

test('base64 carries every byte value', () => {
  const all = Uint8Array.from({ length: 20_000 }, (_, index) => index % 256);
  const back = Uint8Array.from(atob(toBase64(all)), (character) => character.charCodeAt(0));
  expect(back).toEqual(all);
});
