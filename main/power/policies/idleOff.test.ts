import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../../test/fakes/fakeClock.ts';
import { FakePower } from '../../../test/fakes/fakePower.ts';
import { silentLogger } from '../../base/logger.ts';
import { type BoardId, LabError } from '../../contract/index.ts';
import { NoticesService } from '../../notices/index.ts';
import { IdleOff } from './idleOff.ts';

const minute = 60_000;
const a = 'a' as BoardId;
const b = 'b' as BoardId;
let clock: FakeClock;
let power: FakePower;
let notices: NoticesService;
let used: Set<BoardId>;
let deaf: Set<BoardId>;
let stepMs: number;
let idle: IdleOff;

beforeEach(() => {
  clock = new FakeClock();
  power = new FakePower(clock);
  notices = new NoticesService(clock);
  used = new Set();
  deaf = new Set();
  stepMs = 0;
  power.add(a, { powerPolicy: { idleOffMinutes: 5 } });
  power.add(b);
  idle = new IdleOff({
    boards: power.boards,
    power: {
      read: (boardId) => power.read(boardId),
      onDidChange: power.onDidChange,
      off: (boardId) => power.set(boardId, 'off', 'idle'),
    },
    isInUse: (boardId) => used.has(boardId),
    deafTo: (boardId) => (deaf.has(boardId) ? 'no console of it is open' : null),
    notices,
    clock: {
      nowMs: () => clock.nowMs() + stepMs,
      monotonicMs: () => clock.monotonicMs(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
    },
    monotonicMs: () => clock.nowMs(),
    logger: silentLogger,
  });
  idle.start();
});
afterEach(() => {
  idle.dispose();
  expect(clock.sleeping).toBe(0);
});

test('a board goes off, as idle, after its time without use, and one without the policy stays on', async () => {
  await power.set(a, 'on', 'you');
  await power.set(b, 'on', 'you');
  expect(idle.idleOffAtMs(a)).toBe(clock.nowMs() + 5 * minute);
  expect(idle.idleOffAtMs(b)).toBeNull();
  await clock.pass(5 * minute - 1);
  expect(power.sent).toEqual(['a on you', 'b on you']);
  await clock.pass(1);
  expect(power.sent.slice(2)).toEqual(['a off idle']);
  expect(idle.idleOffAtMs(a)).toBeNull();
  await clock.pass(60 * minute);
  expect(power.sent).toHaveLength(3);
});

test('output, and a power command, start the count anew', async () => {
  await power.set(a, 'on', 'you');
  await clock.pass(4 * minute);
  idle.noteActivity(a);
  await clock.pass(4 * minute);
  await power.set(a, 'on', 'you');
  await clock.pass(5 * minute - 1);
  expect(power.read(a).commanded).toBe('on');
  await clock.pass(1);
  expect(power.read(a)).toMatchObject({ commanded: 'off', commandedBy: 'idle' });
});

test('a held lease or a running task keeps it on, and its end starts the count', async () => {
  await power.set(a, 'on', 'you');
  used.add(a);
  idle.noteUse(a);
  expect(idle.idleOffAtMs(a)).toBeNull();
  await clock.pass(60 * minute);
  expect(power.read(a).commanded).toBe('on');
  used.delete(a);
  idle.reviewUse();
  expect(idle.idleOffAtMs(a)).toBe(clock.nowMs() + 5 * minute);
  await clock.pass(5 * minute);
  expect(power.read(a).commanded).toBe('off');
});

test('the silence of a board that nobody can hear is no idleness, and it says so', async () => {
  await power.set(a, 'on', 'you');
  let told = 0;
  idle.onDidChange(() => {
    told += 1;
  });
  await clock.pass(4 * minute);
  deaf.add(a);
  idle.noteConsole(a);
  idle.noteConsole(a);
  expect([idle.idleOffAtMs(a), idle.idleOffHeld(a), told]).toEqual([null, 'no console of it is open', 1]);
  await clock.pass(60 * minute);
  expect(power.read(a).commanded).toBe('on');
  deaf.delete(a);
  idle.noteConsole(a);
  expect([idle.idleOffAtMs(a), idle.idleOffHeld(a)]).toEqual([clock.nowMs() + 5 * minute, null]);
  await clock.pass(5 * minute);
  expect(power.read(a).commanded).toBe('off');
});

test('who is not to go off now is held by nothing', async () => {
  deaf.add(a);
  deaf.add(b);
  await power.set(b, 'on', 'you');
  idle.noteConsole(b);
  expect([idle.idleOffHeld(a), idle.idleOffHeld(b)]).toEqual([null, null]);
  await power.set(a, 'on', 'you');
  expect(idle.idleOffHeld(a)).toBe('no console of it is open');
  used.add(a);
  idle.noteUse(a);
  expect(idle.idleOffHeld(a)).toBeNull();
});

test('nothing is switched while a cycle or a test has the board', async () => {
  await power.set(a, 'on', 'you');
  await clock.pass(4 * minute);
  power.change(a, { busy: true });
  await clock.pass(30 * minute);
  expect(power.sent).toHaveLength(1);
  power.change(a, { busy: false });
  await clock.pass(5 * minute);
  expect(power.sent).toEqual(['a on you', 'a off idle']);
});

test('a board that chatters tells its time now and then, not with every byte', async () => {
  await power.set(a, 'on', 'you');
  let told = 0;
  idle.onDidChange(() => {
    told += 1;
  });
  for (let chunk = 0; chunk < 600; chunk += 1) {
    await clock.pass(100);
    idle.noteActivity(a);
  }
  expect(told).toBeGreaterThan(2);
  expect(told).toBeLessThan(8);
  // What is shown may be early by what was not told, never late.
  expect(idle.idleOffAtMs(a)).toBeLessThanOrEqual(clock.nowMs() + 5 * minute);
  await clock.pass(5 * minute - 1);
  expect(power.read(a).commanded).toBe('on');
  await clock.pass(1);
  expect(power.read(a).commanded).toBe('off');
});

test('a board switched on at its plug after days off is not idle for those days', async () => {
  await power.set(a, 'on', 'you');
  await power.set(a, 'off', 'you');
  await clock.pass(3 * 24 * 60 * minute);
  power.change(a, { known: 'on', evidence: { kind: 'read-back', text: '', atMs: clock.nowMs() } });
  await clock.pass(5 * minute - 1);
  expect(power.sent).toHaveLength(2);
  await clock.pass(1);
  expect(power.sent.at(-1)).toBe('a off idle');
});

test('an outlet that lies is not told the same again and again', async () => {
  await power.set(a, 'on', 'you');
  await clock.pass(5 * minute);
  power.change(a, { known: 'on', evidence: { kind: 'console-contradicts', text: '', atMs: clock.nowMs() } });
  await clock.pass(600 * minute);
  expect(power.sent).toEqual(['a on you', 'a off idle']);
});

test('a failure is told once, tried again after a while, and forgotten with the next success', async () => {
  await power.set(a, 'on', 'you');
  power.failure = new LabError('DEVICE_GONE', 'The power cable is unplugged');
  let posts = 0;
  notices.onDidChange(() => {
    posts += 1;
  });
  await clock.pass(5 * minute);
  expect(notices.list()).toMatchObject([{ noticeId: 'idle-off-a', severity: 'warning' }]);
  expect(idle.idleOffAtMs(a)).toBe(clock.nowMs() + 10 * minute);
  await clock.pass(25 * minute);
  expect([posts, power.sent]).toEqual([1, ['a on you', 'a off idle', 'a off idle', 'a off idle']]);
  power.failure = null;
  await clock.pass(10 * minute);
  expect(power.read(a).commanded).toBe('off');
  expect(notices.list()).toEqual([]);
});

test('a host clock that is put forward switches nothing off', async () => {
  await power.set(a, 'on', 'you');
  stepMs = 3_600_000;
  idle.noteUse(a);
  await clock.pass(4 * minute);
  expect(power.sent).toEqual(['a on you']);
});

test('a rename keeps the count, a removal ends it', async () => {
  await power.set(a, 'on', 'you');
  await clock.pass(4 * minute);
  const shelf = 'shelf' as BoardId;
  power.rename(a, shelf);
  expect(idle.idleOffAtMs(a)).toBeNull();
  await clock.pass(minute);
  expect(power.read(shelf).commanded).toBe('off');
  await power.set(shelf, 'on', 'you');
  power.remove(shelf);
  await clock.pass(60 * minute);
  expect(power.sent).toEqual(['a on you', 'shelf off idle', 'shelf on you']);
});
