import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FakeClock } from '../../test/fakes/fakeClock.ts';
import type { FakeSockets } from '../../test/fakes/fakeSockets.ts';
import { HubBench } from '../../test/fakes/hubBench.ts';
import { TasmotaServer } from '../../test/fakes/outlets/tasmotaServer.ts';
import type { FakeSecrets } from '../../test/fakes/powerParts.ts';
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

test('a board of a group that somebody holds is not switched off by way of its neighbour', async () => {
  hub.isGanged = true;
  for (const [name, socket] of [
    ['a', 'hub-1'],
    ['b', 'hub-2'],
    ['c', 'hub-3'],
  ] as const)
    await addOn(name, socket);
  await power.set(id('c'), 'on');
  const claimed: (readonly BoardId[])[] = [];
  const claim = (cut: readonly BoardId[]) => {
    claimed.push(cut);
    if (cut.includes(id('c'))) throw new LabError('LEASED', 'Ann has c');
  };
  const all = ['a', 'b', 'c'].map(id);
  const { taskId } = power.setMany({ boardIds: all, state: 'off', claim });
  await expect.poll(() => tasks.get(taskId).state).toBe('failed');
  const forced = power.setMany({ boardIds: [id('a')], state: 'off', force: true, claim });
  await expect.poll(() => tasks.get(forced.taskId).state).toBe('failed');
  expect(hub.switched).toEqual(['hub-3 on']);
  // What is refused anyway takes nobody's lease.
  claimed.length = 0;
  const refused = power.setMany({ boardIds: [id('a')], state: 'off', claim });
  await expect.poll(() => tasks.get(refused.taskId).state).toBe('failed');
  expect(claimed).toEqual([]);
});

test('a power-truth test whose first command never leaves does not switch on what nobody switched on', async () => {
  await addOn('a', 'hub-1');
  const reaches = hub.usb.switchSocket;
  hub.usb.switchSocket = async (socketId, on, options) => {
    if (!on) throw new LabError('PERMISSION_DENIED', 'the hub may not be written');
    await reaches(socketId, on, options);
  };
  const { taskId } = power.test(id('a'), { offMs: 500, bootMs: 500 });
  await expect.poll(() => tasks.get(taskId).state).toBe('failed');
  expect(hub.switched).toEqual([]);
  expect(power.read(id('a'))).toMatchObject({ commanded: null, busy: false });
});

test('the end of Labdeck does not wait for the capacitors of a board that is being tested', async () => {
  await addOn('a', 'hub-1');
  await power.set(id('a'), 'on');
  const startMs = clock.nowMs();
  await boards.update('a', { powerPolicy: powerPolicy.parse({ minOffMs: 60_000 }) });
  power.test(id('a'), { offMs: 500, bootMs: 500 });
  await untilSwitched('hub-1 on', 'hub-1 off');
  await expect.poll(() => clock.sleeping).toBeGreaterThan(0);
  let isClosed = false;
  const closed = tasks.close().then(() => {
    isClosed = true;
  });
  await expect
    .poll(async () => {
      await clock.pass(500);
      return isClosed;
    })
    .toBe(true);
  await closed;
  expect(clock.nowMs() - startMs).toBeLessThan(60_000);
  expect(hub.switched).toEqual(['hub-1 on', 'hub-1 off']);
});

test('a password that a full disk cannot forget is not sent to the next server all the same', async () => {
  const before = await new TasmotaServer().start();
  const after = await new TasmotaServer().start();
  try {
    const bind = (url: string) =>
      boards.update('a', { power: newBoard.parse({ name: 'a', power: { kind: 'tasmota', url } }).power });
    await addOn('a', 'hub-1');
    await bind(before.url);
    await power.setSecret(id('a'), 'hush');
    await expect.poll(() => JSON.stringify(before.heard)).toContain('hush');
    secrets.remove = () => Promise.reject(new LabError('DISK_FULL', 'no space left'));
    await bind(after.url);
    await expect.poll(() => after.heard.length).toBeGreaterThan(0);
    expect(JSON.stringify(after.heard)).not.toContain('hush');
  } finally {
    await boards.remove('a');
    await Promise.all([before.stop(), after.stop()]);
  }
});
