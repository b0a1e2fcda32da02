import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../../test/fakes/fakeClock.ts';
import { FakePower } from '../../../test/fakes/fakePower.ts';
import { silentLogger } from '../../base/logger.ts';
import { type BoardId, LabError, type SwitchState } from '../../contract/index.ts';
import { NoticesService } from '../../notices/index.ts';
import { UnfinishedTests } from './unfinishedTests.ts';

const id = (name: string) => name as BoardId;
let clock: FakeClock;
let power: FakePower;
let notices: NoticesService;
let left: Map<BoardId, SwitchState>;
let holders: Map<BoardId, string>;
let decided: Set<BoardId>;
let policy: UnfinishedTests;

beforeEach(() => {
  clock = new FakeClock();
  power = new FakePower(clock);
  notices = new NoticesService(clock);
  left = new Map();
  holders = new Map();
  decided = new Set();
  policy = new UnfinishedTests({
    boards: power.boards,
    power: {
      leftByTest: (boardId) => left.get(boardId) ?? null,
      set: async (boardId, state) => {
        await power.set(boardId, state, 'test');
        left.delete(boardId);
      },
    },
    isDecided: (boardId) => decided.has(boardId),
    holderOf: (boardId) => holders.get(boardId) ?? null,
    staggerMs: () => 500,
    notices,
    clock,
    logger: silentLogger,
  });
});
afterEach(() => policy.close());

function addLeft(name: string, state: SwitchState): void {
  power.add(id(name), { powerPolicy: { rampMs: 250 } });
  left.set(id(name), state);
}

test('boards get the power back they had before their test, on one after another, and it is told', async () => {
  power.add(id('well'));
  addLeft('first', 'on');
  addLeft('second', 'on');
  addLeft('dark', 'off');
  policy.start();
  await clock.pass(749);
  expect(power.sent).toEqual(['dark off test', 'first on test']);
  await clock.pass(1);
  await policy.settled();
  expect(power.sent).toEqual(['dark off test', 'first on test', 'second on test']);
  const [notice] = notices.list();
  expect(notice).toMatchObject({ noticeId: 'unfinished-power-tests', severity: 'info' });
  expect(notice?.title).toContain('dark, first and second');
  expect(notice?.text).toContain('first is switched on again, as before');
});

test('where no test was cut short nothing is switched, nor told', async () => {
  power.add(id('well'));
  policy.start();
  await policy.settled();
  expect([power.sent, notices.list()]).toEqual([[], []]);
});

test("after a reboot the board's policy has the say", async () => {
  addLeft('a', 'on');
  decided.add(id('a'));
  policy.start();
  await policy.settled();
  expect(power.sent).toEqual([]);
});

test('a board that somebody has is theirs: it is told, and tried again as long as for an outlet', async () => {
  addLeft('a', 'on');
  addLeft('b', 'on');
  holders.set(id('a'), 'Ann');
  holders.set(id('b'), 'Bob');
  policy.start();
  await clock.pass(5000);
  holders.delete(id('b'));
  await clock.pass(60_000);
  await policy.settled();
  expect(power.sent).toEqual(['b on test']);
  expect(notices.list()).toMatchObject([
    {
      severity: 'warning',
      text: expect.stringContaining('a was on before, and could not be switched on again: Ann has it now'),
    },
  ]);
});

test('an outlet that does not answer is tried again, and told when it never does', async () => {
  addLeft('a', 'on');
  power.failure = new LabError('TIMEOUT', 'The plug does not answer');
  policy.start();
  await clock.pass(50_000);
  await policy.settled();
  expect(power.sent).toHaveLength(6);
  expect(notices.list()[0]?.text).toContain('The plug does not answer');
  expect(left.get(id('a'))).toBe('on');
});

test('who switches a board meanwhile has the last word', async () => {
  addLeft('a', 'on');
  addLeft('b', 'on');
  policy.start();
  await clock.pass(10);
  left.delete(id('b'));
  await clock.pass(60_000);
  await policy.settled();
  expect(power.sent).toEqual(['a on test']);
  expect(notices.list()[0]?.title).toMatch(/ of a$/);
});

test('the end of Labdeck breaks it off, and tells nothing that is not so', async () => {
  addLeft('a', 'on');
  power.failure = new LabError('TIMEOUT', 'The plug does not answer');
  policy.start();
  await clock.pass(10);
  await policy.close();
  await clock.pass(60_000);
  expect(power.sent).toHaveLength(1);
  expect(notices.list()).toEqual([]);
});
