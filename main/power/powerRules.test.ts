import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FakeClock } from '../../test/fakes/fakeClock.ts';
import type { FakeSockets } from '../../test/fakes/fakeSockets.ts';
import { HubBench } from '../../test/fakes/hubBench.ts';
import type { FakeSecrets } from '../../test/fakes/powerParts.ts';
import { Emitter } from '../base/emitter.ts';
import type { BoardsService } from '../boards/index.ts';
import { type BoardId, LabError, newBoard, type PowerPolicy, powerPolicy } from '../contract/index.ts';
import type { TasksService } from '../tasks/index.ts';
import type { PowerService } from './index.ts';

const id = (name: string) => name as BoardId;
let bench: HubBench;
let clock: FakeClock;
let boards: BoardsService;
let hub: FakeSockets;
let secrets: FakeSecrets;
let tasks: TasksService;
let power: PowerService;

beforeEach(async () => {
  bench = await HubBench.open();
  ({ clock, boards, hub, secrets, tasks } = bench);
  power = bench.makePower();
  await power.start();
});
afterEach(async () => {
  await power.close();
  await bench.remove();
});

/** Commands are remembered on a real disk, whose time is not the clock's. */
const untilSwitched = (...what: string[]) => expect.poll(() => hub.switched).toEqual(what);

async function addOn(name: string, socket: string, policy: Partial<PowerPolicy> = {}): Promise<void> {
  const outlet = { kind: 'usb-hub-port', socket } as const;
  await boards.add(newBoard.parse({ name, power: outlet, powerPolicy: powerPolicy.parse(policy) }));
}

test('an off that takes other boards with it is refused with their names, unless forced', async () => {
  hub.isGanged = true;
  await addOn('a', 'hub-1');
  await addOn('b', 'hub-2');
  await power.set(id('b'), 'on');
  expect(power.read(id('a')).outlet).toMatchObject({ switching: 'ganged', alsoCuts: ['b'] });
  for (const call of [() => power.set(id('a'), 'off'), () => power.cycle(id('a'), 0)])
    await expect(call()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('b would lose power too'),
      data: { hint: expect.any(String), details: { boards: ['b'], refuses: null } },
    });
  expect(() => power.test(id('a'), { offMs: 500, bootMs: 500 })).toThrow(
    expect.objectContaining({ code: 'CONFLICT' }),
  );
  expect(hub.switched).toEqual(['hub-2 on']);
  expect(await power.set(id('a'), 'off', { force: true })).toMatchObject({ commanded: 'off' });
  await expect.poll(() => power.read(id('b')).known).toBe('unknown');
});

test('a board that is off already is no reason against switching its neighbour off', async () => {
  hub.isGanged = true;
  await addOn('a', 'hub-1');
  await addOn('b', 'hub-2');
  await power.set(id('b'), 'off', { force: true });
  await expect.poll(() => power.read(id('b')).known).toBe('unknown');
  expect(power.guard(id('a'), 'off')).toEqual([]);
});

test('what the machine would miss is refused with the reason, unless forced', async () => {
  await addOn('a', 'hub-1');
  hub.hang('hub-1', 'the keyboard hangs on desk hub, port 1');
  await expect(power.set(id('a'), 'off')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('the keyboard hangs on'),
    data: { details: { boards: [], refuses: 'the keyboard hangs on desk hub, port 1' } },
  });
  expect(await power.set(id('a'), 'off', { force: true })).toMatchObject({ commanded: 'off' });
});

test('what an untested hub says of off is no knowledge', async () => {
  await addOn('a', 'hub-1');
  expect(await power.set(id('a'), 'off')).toMatchObject({ commanded: 'off', known: 'unknown' });
});

test('a hub that says off while the device stays is not believed', async () => {
  hub.keepsDevices = true;
  await addOn('a', 'hub-1');
  await power.set(id('a'), 'off');
  await clock.pass(2100);
  expect(power.read(id('a'))).toMatchObject({ known: 'on', evidence: { kind: 'device-there' } });
});

test('who commanded stands in the reading, also after a restart', async () => {
  await addOn('a', 'hub-1');
  expect(await power.set(id('a'), 'off', { by: 'nightly' })).toMatchObject({ commandedBy: 'nightly' });
  await power.close();
  power = bench.makePower();
  await power.start();
  expect(power.read(id('a'))).toMatchObject({ commanded: 'off', commandedBy: 'nightly' });
});

test('power-on waits until the board was off as long as its policy wants, and shows that it is busy', async () => {
  await addOn('a', 'hub-1', { minOffMs: 3000 });
  await power.set(id('a'), 'off');
  await clock.pass(1000);
  const on = power.set(id('a'), 'on');
  await clock.pass(1900);
  expect(hub.switched).toEqual(['hub-1 off']);
  expect(power.read(id('a')).busy).toBe(true);
  await clock.pass(200);
  expect(await on).toMatchObject({ known: 'on', busy: false });
  const again = power.cycle(id('a'), 100);
  await untilSwitched('hub-1 off', 'hub-1 on', 'hub-1 off');
  await expect.poll(() => clock.sleeping).toBeGreaterThan(0);
  await clock.pass(2900);
  expect(hub.switched).toHaveLength(3);
  await expect
    .poll(async () => {
      await clock.pass(200);
      return hub.switched.at(-1);
    })
    .toBe('hub-1 on');
  expect(await again).toMatchObject({ commanded: 'on' });
});

test('a cycle that names no off-time takes the one of the policy', async () => {
  await addOn('a', 'hub-1', { cycleOffMs: 4000 });
  const at: number[] = [];
  power.onDidCommand(() => at.push(clock.nowMs()));
  const cycle = power.cycle(id('a'));
  await untilSwitched('hub-1 off');
  await expect
    .poll(
      async () => {
        await clock.pass(100);
        return hub.switched.length;
      },
      { interval: 2, timeout: 5000 },
    )
    .toBe(2);
  await cycle;
  expect(hub.switched).toEqual(['hub-1 off', 'hub-1 on']);
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(4000);
});

test('a group goes on one by one, each after the stagger and the ramp of the one before', async () => {
  await addOn('a', 'hub-1', { rampMs: 1000 });
  await addOn('b', 'hub-2');
  await addOn('c', 'hub-3');
  const at: number[] = [];
  const startMs = clock.nowMs();
  power.onDidCommand(() => at.push(clock.nowMs() - startMs));
  const { taskId } = power.setMany({ boardIds: ['a', 'b', 'c', 'a'].map(id), state: 'on', staggerMs: 200 });
  await expect
    .poll(
      async () => {
        await clock.pass(100);
        return tasks.get(taskId).state;
      },
      { interval: 2, timeout: 5000 },
    )
    .toBe('succeeded');
  expect(hub.switched).toEqual(['hub-1 on', 'hub-2 on', 'hub-3 on']);
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(1200);
  expect((at[2] ?? 0) - (at[1] ?? 0)).toBeGreaterThanOrEqual(200);
});

test('a group is switched off at once, and one that fails does not stop the others', async () => {
  await addOn('a', 'hub-1');
  await boards.add(newBoard.parse({ name: 'bare' }));
  await addOn('c', 'hub-3');
  const claim = (cut: readonly BoardId[]) => {
    if (cut.includes(id('c'))) throw new LabError('LEASED', 'Ann has c');
  };
  const { taskId } = power.setMany({ boardIds: ['a', 'bare', 'c'].map(id), state: 'off', claim });
  await expect.poll(() => tasks.get(taskId).state).toBe('failed');
  expect(hub.switched).toEqual(['hub-1 off']);
  const { problem, log } = tasks.get(taskId);
  expect(problem).toMatchObject({ code: 'COMMAND_FAILED' });
  expect(problem?.message).toMatch(/^(bare and c|c and bare) could not be switched off/);
  expect(log).toContain('Ann has c');
  expect(log).toContain('a is switched off');
});

test('boards that go off together are no reason against each other', async () => {
  hub.isGanged = true;
  await addOn('a', 'hub-1');
  await addOn('b', 'hub-2');
  const { taskId } = power.setMany({ boardIds: ['a', 'b'].map(id), state: 'off' });
  await expect.poll(() => tasks.get(taskId).state).toBe('succeeded');
});

test('a group with a board nobody knows is refused before any is switched', async () => {
  await addOn('a', 'hub-1');
  expect(() => power.setMany({ boardIds: ['a', 'typo'].map(id), state: 'on' })).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND' }),
  );
  expect(hub.switched).toEqual([]);
});

const plug = (url: string) => ({ kind: 'tasmota', url }) as const;

test("an outlet's password stays with its server: another server never gets it, nor the next board", async () => {
  await addOn('a', 'hub-1');
  await expect(power.setSecret(id('a'), 'x')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  const kept = () => [...secrets.kept.values()];
  const bind = (url: string, relay: number) =>
    boards.update('a', { power: newBoard.parse({ name: 'a', power: { ...plug(url), relay } }).power });
  // Nobody listens there: what the driver makes of that is another matter.
  await bind('http://127.0.0.1:9', 1);
  await power.setSecret(id('a'), 'hush');
  expect(kept()).toEqual(['hush']);
  await bind('http://127.0.0.1:9', 2);
  expect(kept()).toEqual(['hush']);
  await bind('http://127.0.0.1:8', 2);
  await expect.poll(kept).toEqual([]);
  await power.setSecret(id('a'), 'hush');
  await boards.remove('a');
  await expect.poll(kept).toEqual([]);
});

test('two boards on one outlet are refused, whatever kind it is', async () => {
  for (const name of ['a', 'b'])
    await boards.add(newBoard.parse({ name, power: plug('http://127.0.0.1:9') }));
  await expect(power.set(id('a'), 'on')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('is the outlet of b too'),
  });
});

test('what policies add stands in readings and is told when it changes', async () => {
  await addOn('a', 'hub-1');
  const changed = new Emitter<BoardId>();
  let idleOffAtMs: number | null = null;
  power.extend({
    idleOffAtMs: () => idleOffAtMs,
    idleOffHeld: () => null,
    ledState: () => null,
    onDidChange: changed.event,
  });
  const told: (number | null)[] = [];
  power.onDidChange((reading) => told.push(reading.idleOffAtMs));
  idleOffAtMs = 42;
  changed.fire(id('a'));
  expect(told).toEqual([42]);
});
