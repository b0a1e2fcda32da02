import { expect, test } from 'vitest';
import { Patience } from './patience.ts';

const limits = { maxBehindBytes: 100, hopelessBytes: 1_000, patienceMs: 50 };

test('ends with a client that takes nothing while more and more waits', () => {
  const patience = new Patience(limits);
  expect(patience.isOver({ behindBytes: 101, takenBytes: 7 }, 0)).toBe(false);
  expect(patience.isOver({ behindBytes: 200, takenBytes: 7 }, 10)).toBe(false);
  expect(patience.isOver({ behindBytes: 200, takenBytes: 7 }, 60)).toBe(true);
});

test('lasts while it goes on taking, however far a burst has outrun it', () => {
  const patience = new Patience(limits);
  for (let at = 0; at < 10; at += 1)
    expect(patience.isOver({ behindBytes: 900, takenBytes: at }, at * 1_000)).toBe(false);
});

test('has an end for one that will never catch up', () => {
  expect(new Patience(limits).isOver({ behindBytes: 1_001, takenBytes: 5 }, 0)).toBe(true);
});

test('does not mind a client that does not read while little waits', () => {
  const patience = new Patience(limits);
  for (const nowMs of [0, 1_000, 100_000])
    expect(patience.isOver({ behindBytes: 100, takenBytes: 0 }, nowMs)).toBe(false);
});
