import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FakeClock } from '../../test/fakes/fakeClock.ts';
import type { FakeSockets } from '../../test/fakes/fakeSockets.ts';
import { HubBench } from '../../test/fakes/hubBench.ts';
import type { BoardsService } from '../boards/index.ts';
import { type BoardId, LabError, newBoard, powerPolicy } from '../contract/index.ts';
import type { TasksService } from '../tasks/index.ts';
import type { PowerService } from './index.ts';

const id = (name: string) => name as BoardId;
let bench: HubBench;
let clock: FakeClock;
let boards: BoardsService;
let hub: FakeSockets;
let tasks: TasksService;
let power: PowerService;

beforeEach(async () => {
  bench = await HubBench.open();
  ({ clock, boards, hub, tasks } = bench);
  power = bench.makePower();
  await power.start();
});
afterEach(async () => {
  await power.close();
  await bench.remove();
});

async function addOn(name: string, socket: string, minOffMs = 0): Promise<void> {
  const outlet = { kind: 'usb-hub-port', socket } as const;
  await boards.add(newBoard.parse({ name, power: outlet, powerPolicy: powerPolicy.parse({ minOffMs }) }));
}

/** A cycle of `a` under way, in its off-time; ends when told. */
async function cycleOfA(): Promise<() => Promise<unknown>> {
  const cycle = power.cycle(id('a'), 10_000);
  await expect.poll(() => hub.switched.at(-1)).toBe('hub-1 off');
  await expect.poll(() => clock.sleeping).toBeGreaterThan(0);
  return async () => {
    await clock.pass(10_000);
    return await cycle;
  };
}

test('a disk that is mounted while a command waits for its turn is not cut off, unless forced', async () => {
  await addOn('a', 'hub-1');
  const end = await cycleOfA();
  const waiting = [power.set(id('a'), 'off'), power.cycle(id('a'), 0)].map((each) =>
    each.catch((error: unknown) => error),
  );
  hub.hang('hub-1', 'the disk with /srv hangs on desk hub, port 1');
  const forced = power.set(id('a'), 'off', { force: true });
  await end();
  for (const refused of await Promise.all(waiting))
    expect(refused).toMatchObject({
      code: 'CONFLICT',
      data: { details: { refuses: 'the disk with /srv hangs on desk hub, port 1' } },
    });
  expect(await forced).toMatchObject({ commanded: 'off' });
  expect(hub.switched).toEqual(['hub-1 off', 'hub-1 on', 'hub-1 off']);
});

test('a board that somebody takes while a command waits for its turn is not switched', async () => {
  await addOn('a', 'hub-1');
  const taken = new Set<BoardId>();
  const claim = (touched: readonly BoardId[]) => {
    if (touched.some((boardId) => taken.has(boardId))) throw new LabError('LEASED', 'Ann has it');
  };
  const end = await cycleOfA();
  const waiting = power.set(id('a'), 'off', { claim }).catch((error: unknown) => error);
  const { taskId } = power.test(id('a'), { offMs: 500, bootMs: 500, claim });
  taken.add(id('a'));
  await end();
  expect(await waiting).toMatchObject({ code: 'LEASED' });
  await expect.poll(() => tasks.get(taskId).problem).toMatchObject({ code: 'LEASED' });
  expect(hub.switched).toEqual(['hub-1 off', 'hub-1 on']);
});

test('a power-on names the boards that were switched off and get power with it, and asks for them', async () => {
  hub.isGanged = true;
  await addOn('a', 'hub-1');
  await addOn('b', 'hub-2');
  await addOn('c', 'hub-3');
  await power.set(id('c'), 'on');
  await power.set(id('b'), 'off', { force: true });
  await expect.poll(() => power.read(id('c')).known).toBe('unknown');
  expect(power.read(id('a')).outlet).toMatchObject({ alsoPowers: ['b', 'c'] });
  // Nobody switched c off: it only went with b.
  expect(power.guard(id('a'), 'on')).toEqual(['b']);
  // That c is off too is only the hub's word.
  expect(power.guard(id('a'), 'cycle', { force: true })).toEqual(['c', 'b']);
  const claimed: (readonly BoardId[])[] = [];
  const claim = (touched: readonly BoardId[]) => {
    claimed.push(touched);
    if (touched.includes(id('b'))) throw new LabError('LEASED', 'Ann has b');
  };
  await expect(power.set(id('a'), 'on', { claim })).rejects.toMatchObject({ code: 'LEASED' });
  const { taskId } = power.setMany({ boardIds: [id('a')], state: 'on', claim });
  await expect.poll(() => tasks.get(taskId).state).toBe('failed');
  expect(claimed).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
  expect(hub.switched).toEqual(['hub-3 on', 'hub-2 off']);
  // It is no danger: nobody has to force it.
  expect(await power.set(id('a'), 'on')).toMatchObject({ commanded: 'on', known: 'on' });
  expect(power.guard(id('a'), 'on')).toEqual([]);
});

test('a host clock that is set ahead does not shorten the time capacitors get, a restart loses none', async () => {
  await addOn('a', 'hub-1', 3000);
  await power.set(id('a'), 'off');
  await clock.pass(1000);
  clock.step(3_600_000);
  const on = power.set(id('a'), 'on');
  await expect.poll(() => clock.sleeping).toBe(1);
  await clock.pass(1999);
  expect(hub.switched).toEqual(['hub-1 off']);
  await clock.pass(1);
  await on;
  await power.set(id('a'), 'off');
  await power.close();
  await clock.pass(1000);
  power = bench.makePower();
  await power.start();
  const again = power.set(id('a'), 'on');
  await expect.poll(() => clock.sleeping).toBe(1);
  await clock.pass(1999);
  expect(hub.switched).toHaveLength(3);
  await clock.pass(1);
  expect(await again).toMatchObject({ commanded: 'on' });
});
