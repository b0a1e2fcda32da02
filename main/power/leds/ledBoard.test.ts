import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/fakes/fakeClock.ts';
import { FakePower } from '../../../test/fakes/fakePower.ts';
import type { BoardId, Leds } from '../../contract/index.ts';
import { LedBoard } from './ledBoard.ts';

function makeBoard(hand: Leds) {
  const power = new FakePower(new FakeClock());
  power.add('a' as BoardId, {}, { leds: hand });
  const reading = power.read('a' as BoardId);
  const board = new LedBoard(reading, null);
  return { board, lit: (leds: Leds) => board.see({ ...reading, leds }) };
}

test('what is written is nobody’s hand, also when a write ends after the next began', () => {
  const { board, lit } = makeBoard([false, true, false]);
  const all: Leds = [true, true, true];
  const none: Leds = [false, false, false];
  board.sending(all);
  lit(all);
  board.sending(none);
  board.sent(all);
  lit(none);
  board.sent(none);
  expect(board.hand).toEqual([false, true, false]);
});

test('lights that are set one after the other are still what was written', () => {
  const { board, lit } = makeBoard([false, true, false]);
  const all: Leds = [true, true, true];
  board.sending(all);
  lit([true, true, false]);
  lit(all);
  board.sent(all);
  expect(board.hand).toEqual([false, true, false]);
});

test('what changes without a write is somebody’s hand, light by light', () => {
  const { board, lit } = makeBoard([false, true, false]);
  const ours: Leds = [true, false, false];
  board.sending(ours);
  lit(ours);
  board.sent(ours);
  lit([true, false, true]);
  expect(board.hand).toEqual([false, true, true]);
});
