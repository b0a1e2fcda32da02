import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FakeClock } from '../../test/fakes/fakeClock.ts';
import type { FakeSockets } from '../../test/fakes/fakeSockets.ts';
import { HubBench } from '../../test/fakes/hubBench.ts';
import {
  type BoardId,
  type Boot,
  type NewBoardInput,
  newBoard,
  type PowerReading,
} from '../contract/index.ts';
import type { PowerService } from './index.ts';
import { silenceMs } from './powerFacts.ts';

const a = 'a' as BoardId;
/** Time passes by being asked: the commands between run as fast as the machine can. */
const quickly = { timeout: 8000, interval: 1 };
let bench: HubBench;
let clock: FakeClock;
let hub: FakeSockets;
let power: PowerService;

beforeEach(async () => {
  bench = await HubBench.open();
  ({ clock, hub } = bench);
  power = bench.makePower();
  await power.start();
});
afterEach(async () => {
  await power.close();
  await bench.remove();
});

const plug = { kind: 'command', on: ['true'], off: ['true'] } as const;
/** Reached by an address: it may be heard. */
const consoles = [{ endpoint: { kind: 'tcp', host: 'localhost', port: 9 } }] as const;
const add = (board: Partial<NewBoardInput>) =>
  bench.boards.add(newBoard.parse({ name: a, power: plug, usbSocket: 'hub-1', ...board }));
const boot = (atMs: number): Boot => ({
  bootId: 1,
  begun: 'banner',
  fromOffset: 0,
  toOffset: null,
  startedAtMs: atMs,
  endedAtMs: null,
  outcome: 'running',
  stages: [
    {
      stage: 'u-boot',
      label: 'U-Boot',
      fault: false,
      offset: 0,
      atMs,
      durationMs: null,
      text: 'U-Boot 2024.01',
    },
  ],
});
const read = (): Pick<PowerReading, 'known' | 'evidence'> => power.read(a);

test('a device that comes to its socket after power-on proves a plug that cannot be asked', async () => {
  await add({});
  hub.pull('hub-1');
  await power.set(a, 'on');
  expect(read()).toMatchObject({ known: 'unknown', evidence: { kind: 'none' } });
  await clock.pass(800);
  hub.plug('hub-1');
  expect(read()).toMatchObject({
    known: 'on',
    evidence: { kind: 'device-there', text: 'its USB device came 0.8 s after power-on' },
  });
});

test('a device that leaves at power-off proves the off once the console was silent, too', async () => {
  await add({ consoles: [...consoles] });
  await power.set(a, 'on');
  await power.set(a, 'off');
  await clock.pass(300);
  hub.pull('hub-1');
  expect(read()).toMatchObject({
    known: 'unknown',
    evidence: { kind: 'device-gone', text: 'its USB device left at power-off' },
  });
  await clock.pass(silenceMs);
  expect(read()).toMatchObject({ known: 'off', evidence: { kind: 'device-gone' } });
  // Whoever plugs it in again has not proved that the board is on: its socket may feed it.
  hub.plug('hub-1');
  expect(read()).toMatchObject({ known: 'unknown', evidence: { kind: 'console-silent' } });
});

test('a device that stays is not held against an outlet that does not feed its socket', async () => {
  await add({ consoles: [...consoles] });
  await power.set(a, 'on');
  await power.set(a, 'off');
  await clock.pass(60_000);
  expect(power.read(a)).toMatchObject({ known: 'unknown', witnesses: [{ kind: 'console-silent' }] });
});

test('a socket that is bound later is watched from then on, and what is in it is no news', async () => {
  await add({ usbSocket: null });
  hub.pull('hub-2');
  await power.set(a, 'on');
  await clock.pass(500);
  await bench.boards.update(a, { usbSocket: 'hub-1' });
  expect(read()).toMatchObject({ known: 'unknown' });
  await bench.boards.update(a, { usbSocket: 'hub-2' });
  expect(read()).toMatchObject({ known: 'unknown' });
  hub.plug('hub-2');
  expect(read()).toMatchObject({ known: 'on', evidence: { kind: 'device-there' } });
  await bench.boards.update(a, { usbSocket: null });
  expect(power.read(a)).toMatchObject({ known: 'unknown', witnesses: [] });
});

test('the socket that is switched itself is judged as before, though it is the place of its own device', async () => {
  await add({ power: { kind: 'usb-hub-port', socket: 'hub-1' } });
  hub.keepsDevices = true;
  await power.set(a, 'on');
  await power.set(a, 'off');
  await clock.pass(10_000);
  expect(read()).toMatchObject({ known: 'on', evidence: { kind: 'device-there' } });
});

test('in the power-truth test a device that leaves and comes back is seen, and is real with a boot only', async () => {
  await add({});
  await power.set(a, 'on');
  const verdictOf = async (boots: boolean) => {
    const { taskId } = power.test(a, { offMs: 2000, bootMs: 2000 });
    const step = () => bench.tasks.get(taskId).steps.find(({ state }) => state === 'running')?.name;
    await expect
      .poll(async () => {
        await clock.pass(100);
        if (step() === 'Watch') hub.pull('hub-1');
        if (step() === 'Watch the boot') {
          hub.plug('hub-1');
          if (boots) power.noteBoot(a, boot(clock.nowMs()));
        }
        return bench.tasks.get(taskId).state;
      }, quickly)
      .toBe('succeeded');
    return power.read(a).verdict;
  };
  const seen = [
    { kind: 'device-gone', text: 'its USB device left at power-off' },
    { kind: 'device-there', text: 'its USB device came back after power-on' },
  ];
  expect(await verdictOf(false)).toMatchObject({
    outcome: 'unknown',
    text: expect.stringContaining('a reset'),
    seen,
  });
  expect(await verdictOf(true)).toMatchObject({
    outcome: 'real',
    text: 'Its power was cut: its USB device left, and it booted after power-on.',
  });
});

test('another hub in the same place inherits no verdict', async () => {
  await add({ power: { kind: 'usb-hub-port', socket: 'hub-1' } });
  await power.set(a, 'on');
  const { taskId } = power.test(a, { offMs: 500, bootMs: 500 });
  await expect
    .poll(async () => {
      await clock.pass(500);
      return bench.tasks.get(taskId).state;
    }, quickly)
    .toBe('succeeded');
  const { verdict } = power.read(a);
  expect(verdict).not.toBeNull();
  hub.replaceHub({ vendorId: '0bda', productId: '5411', serialNumber: null });
  expect(power.read(a).verdict).toBeNull();
  await power.close();
  power = bench.makePower();
  await power.start();
  expect(power.read(a).verdict).toBeNull();
  hub.replaceHub({ vendorId: '05e3', productId: '0610', serialNumber: null });
  expect(power.read(a).verdict).toEqual(verdict);
});
