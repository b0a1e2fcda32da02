import { expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock.ts';
import { AskRounds } from './askRounds.ts';

test('each outlet is asked in its own time, and none of them any more once it is gone', async () => {
  const clock = new FakeClock();
  const rounds = new AskRounds(clock);
  const asked = { fast: 0, slow: 0 };
  const count = (which: keyof typeof asked) => async () => {
    asked[which] += 1;
    return true;
  };
  const fast = rounds.add(2000, count('fast'));
  rounds.add(10_000, count('slow'));
  await clock.pass(10_000);
  expect(asked).toEqual({ fast: 5, slow: 1 });
  fast.dispose();
  await clock.pass(10_000);
  expect(asked).toEqual({ fast: 5, slow: 2 });
  rounds.dispose();
  await clock.pass(60_000);
  expect(asked.slow).toBe(2);
  expect(clock.sleeping).toBe(0);
});

test('without outlets to ask nothing runs', async () => {
  const clock = new FakeClock();
  const rounds = new AskRounds(clock);
  expect(clock.sleeping).toBe(0);
  rounds.add(1000, async () => true).dispose();
  await clock.pass(0);
  expect(clock.sleeping).toBe(0);
});

test('one that does not answer is asked less and less, and at its own pace again once it does', async () => {
  const clock = new FakeClock();
  const rounds = new AskRounds(clock);
  const atS: number[] = [];
  const startMs = clock.nowMs();
  let answers = false;
  rounds.add(10_000, async () => {
    atS.push((clock.nowMs() - startMs) / 1000);
    return answers;
  });
  await clock.pass(160_000);
  expect(atS).toEqual([10, 30, 70, 150]);
  answers = true;
  await clock.pass(200_000);
  expect(atS.slice(4)).toEqual([310, 320, 330, 340, 350, 360]);
  rounds.dispose();
});

test('a slow answer is waited for before it is asked again', async () => {
  const clock = new FakeClock();
  const rounds = new AskRounds(clock);
  let asked = 0;
  rounds.add(1000, async () => {
    asked += 1;
    await clock.sleep(5500);
    return true;
  });
  await clock.pass(6000);
  expect(asked).toBe(1);
  await clock.pass(2000);
  expect(asked).toBe(2);
  rounds.dispose();
});
