import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FakeClock } from '../../../test/fakes/fakeClock.ts';
import type { FakeSockets } from '../../../test/fakes/fakeSockets.ts';
import { HubBench } from '../../../test/fakes/hubBench.ts';
import { type BoardId, LabError, newBoard } from '../../contract/index.ts';
import type { PowerService } from '../index.ts';

const a = 'a' as BoardId;
const times = { offMs: 5000, bootMs: 500 };
let bench: HubBench;
let clock: FakeClock;
let hub: FakeSockets;
let opened: PowerService[];
let power: PowerService;

beforeEach(async () => {
  bench = await HubBench.open();
  ({ clock, hub } = bench);
  opened = [];
  const outlet = { kind: 'usb-hub-port', socket: 'hub-1' } as const;
  await bench.boards.add(newBoard.parse({ name: 'a', power: outlet }));
  power = await start();
  await power.set(a, 'on');
});
afterEach(async () => {
  // They end in the middle of a wait: only time that passes lets them.
  const closed = Promise.all([bench.tasks.close(), ...opened.map((each) => each.close())]);
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });
  await expect
    .poll(async () => {
      await clock.pass(5000);
      return isClosed;
    })
    .toBe(true);
  await bench.remove();
});

/** One that finds on disk what the one before left there, as if that had been killed. */
async function start(): Promise<PowerService> {
  const service = bench.makePower();
  opened.push(service);
  await service.start();
  return service;
}

async function testUntilOff(): Promise<string> {
  const { taskId } = power.test(a, times);
  await expect.poll(() => power.read(a)).toMatchObject({ commanded: 'off', commandedBy: 'test' });
  await expect.poll(() => clock.sleeping).toBeGreaterThan(0);
  return taskId;
}

async function untilEnded(taskId: string): Promise<void> {
  await expect
    .poll(async () => {
      await clock.pass(500);
      return bench.tasks.get(taskId).state;
    })
    .not.toBe('running');
}

test('what a test that is killed has left is known to the next start, until somebody switches', async () => {
  await testUntilOff();
  expect(power.leftByTest(a)).toBeNull();
  const second = await start();
  expect(second.leftByTest(a)).toBe('on');
  await second.set(a, 'on', { by: 'test' });
  expect(second.leftByTest(a)).toBeNull();
  expect((await start()).leftByTest(a)).toBeNull();
});

test('who switches the board after the kill has the last word', async () => {
  await testUntilOff();
  await (await start()).set(a, 'off', { by: 'you' });
  expect((await start()).leftByTest(a)).toBeNull();
});

test('a test that is killed while its command is on its way has left the outlet in doubt', async () => {
  const reaches = hub.usb.switchSocket;
  let hasLeft = false;
  hub.usb.switchSocket = async (socketId, on, options) => {
    await reaches(socketId, on, options);
    hasLeft = true;
    await clock.sleep(1000);
  };
  power.test(a, times);
  await expect.poll(() => hasLeft).toBe(true);
  const second = await start();
  expect(second.read(a).commanded).toBe('on');
  expect(second.leftByTest(a)).toBe('on');
});

test('a test that is killed before its command leaves has left nothing, and is forgotten', async () => {
  const file = path.join(bench.dir, 'power-tests.json');
  const taskId = await testUntilOff();
  const kept = JSON.parse(await readFile(file, 'utf8'));
  bench.tasks.cancel(taskId);
  await untilEnded(taskId);
  await power.set(a, 'on', { by: 'you' });
  const { commandedAtMs } = power.read(a);
  const key = bench.boards.key('a');
  await writeFile(file, JSON.stringify({ ...kept, tests: { [key]: { ...kept.tests[key], commandedAtMs } } }));
  expect((await start()).leftByTest(a)).toBeNull();
  expect(JSON.parse(await readFile(file, 'utf8')).tests).toEqual({});
});

test('a board that was off and was killed while the test had it on was off', async () => {
  await power.set(a, 'off');
  power.test(a, { offMs: 500, bootMs: 60_000 });
  await expect
    .poll(async () => {
      await clock.pass(500);
      return power.read(a).commanded;
    })
    .toBe('on');
  expect((await start()).leftByTest(a)).toBe('off');
});

test('a test that ends, or is cancelled, has left nothing', async () => {
  await untilEnded((await bench.tasks.ended(power.test(a, { offMs: 0, bootMs: 0 }).taskId)).taskId);
  expect((await start()).leftByTest(a)).toBeNull();
  const taskId = await testUntilOff();
  bench.tasks.cancel(taskId);
  await untilEnded(taskId);
  expect(power.read(a)).toMatchObject({ commanded: 'on' });
  expect((await start()).leftByTest(a)).toBeNull();
});

test('a test whose board could not be switched on again has left it off for the next start', async () => {
  const taskId = await testUntilOff();
  const reaches = hub.usb.switchSocket;
  hub.usb.switchSocket = () => Promise.reject(new LabError('DEVICE_GONE', 'the hub is gone'));
  bench.tasks.cancel(taskId);
  await untilEnded(taskId);
  hub.usb.switchSocket = reaches;
  expect(power.leftByTest(a)).toBe('on');
  expect((await start()).leftByTest(a)).toBe('on');
});

test('a board that is bound to another outlet since is nothing of the test any more', async () => {
  await testUntilOff();
  const elsewhere = { kind: 'usb-hub-port', socket: 'hub-2' } as const;
  await bench.boards.update('a', { power: newBoard.parse({ name: 'a', power: elsewhere }).power });
  expect((await start()).leftByTest(a)).toBeNull();
});

test('where it cannot be kept what power is to be again, nothing is switched', async () => {
  await mkdir(path.join(bench.dir, 'power-tests.json'));
  const { taskId } = power.test(a, times);
  await expect.poll(() => bench.tasks.get(taskId).state).toBe('failed');
  expect(bench.tasks.get(taskId).problem?.message).toContain('power-tests.json');
  expect(hub.switched).toEqual(['hub-1 on']);
  expect(power.read(a)).toMatchObject({ commanded: 'on', busy: false });
});
