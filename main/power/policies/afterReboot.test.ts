import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../../test/fakes/fakeClock.ts';
import { FakePower } from '../../../test/fakes/fakePower.ts';
import { silentLogger } from '../../base/logger.ts';
import { type BoardId, LabError, type PowerPolicy } from '../../contract/index.ts';
import { NoticesService } from '../../notices/index.ts';
import { AfterReboot } from './afterReboot.ts';
import { isSameBoot, readMachineBoot } from './machineBoot.ts';

const id = (name: string) => name as BoardId;
let dir: string;
let clock: FakeClock;
let power: FakePower;
let notices: NoticesService;
let bootId: string;
let opened: AfterReboot[];
/** What was told to go off anyway, with each command. */
let goingOff: (readonly BoardId[])[];
/** Whose outlets take a command only after a long while. */
let hanging: Set<BoardId>;
let wanted: Map<BoardId, 'on' | 'off'>;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-reboot-'));
  clock = new FakeClock();
  power = new FakePower(clock);
  notices = new NoticesService(clock);
  bootId = 'first';
  opened = [];
  goingOff = [];
  hanging = new Set();
  wanted = new Map();
  const add = (name: string, afterReboot: PowerPolicy['afterReboot'], commanded: 'on' | 'off' | null) =>
    power.add(
      id(name),
      { powerPolicy: { afterReboot, rampMs: 250 } },
      { commanded, commandedAtMs: commanded && clock.nowMs() - 1000 },
    );
  add('alone', 'leave', 'on');
  add('up', 'on', 'off');
  add('back', 'restore', 'on');
  add('down', 'off', 'on');
  add('never', 'restore', null);
});
afterEach(async () => {
  for (const each of opened) await each.close();
  await rm(dir, { recursive: true, force: true });
});

async function startUp(): Promise<AfterReboot> {
  const policy = new AfterReboot({
    dir,
    boards: power.boards,
    power: {
      read: (boardId) => power.read(boardId),
      wanted: (boardId) => wanted.get(boardId) ?? power.read(boardId).commanded,
      set: async (boardId, state, together, signal) => {
        goingOff.push(together);
        if (hanging.has(boardId)) await clock.sleep(20_000, signal);
        await power.set(boardId, state, 'reboot');
      },
    },
    staggerMs: () => 500,
    readBoot: async () => ({ by: 'id', id: bootId }),
    notices,
    clock,
    logger: silentLogger,
  });
  opened.push(policy);
  await policy.start();
  return policy;
}

/** Until what is written in between is on the disk: only then the next sleep begins. */
async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await clock.pass(0);
}

test('a first start and a mere restart switch nothing', async () => {
  for (const start of [1, 2]) {
    await (await startUp()).settled();
    expect([start, power.sent]).toEqual([start, []]);
  }
});

test('after a reboot each board gets what its policy says, once, those to be on staggered', async () => {
  await startUp();
  bootId = 'second';
  const policy = await startUp();
  await until(() => power.sent.length === 2 && clock.sleeping === 1);
  expect(power.sent).toEqual(['down off reboot', 'up on reboot']);
  await clock.pass(749);
  expect(power.sent).toHaveLength(2);
  await clock.pass(1);
  await policy.settled();
  expect(power.sent.slice(2)).toEqual(['back on reboot']);
  await (await startUp()).settled();
  expect(power.sent).toHaveLength(3);
});

test('boards that go off together are no reason against each other', async () => {
  power.add(id('beside'), { powerPolicy: { afterReboot: 'off' } }, { commanded: 'on' });
  await startUp();
  bootId = 'second';
  await startUp();
  await until(() => power.sent.length === 3);
  expect(power.sent.slice(0, 2)).toEqual(['down off reboot', 'beside off reboot']);
  expect(goingOff.slice(0, 2)).toEqual([
    ['down', 'beside'],
    ['down', 'beside'],
  ]);
});

test('a start that ends half-way is gone on with, and nothing is done twice', async () => {
  await startUp();
  bootId = 'second';
  const first = await startUp();
  await until(() => power.sent.length === 2 && clock.sleeping === 1);
  await first.close();
  const second = await startUp();
  await second.settled();
  expect(power.sent).toEqual(['down off reboot', 'up on reboot', 'back on reboot']);
});

test('whoever switches a board meanwhile has the last word', async () => {
  await startUp();
  bootId = 'second';
  const policy = await startUp();
  await until(() => power.sent.length === 2 && clock.sleeping === 1);
  await clock.pass(1);
  await power.set(id('back'), 'off', 'you');
  await clock.pass(1000);
  await policy.settled();
  expect(power.sent).not.toContain('back on reboot');
});

test('a clock that is behind after the boot drops nobody, nor does it undo what somebody says then', async () => {
  await startUp();
  bootId = 'second';
  // As of before the machine went down: later than any time this clock shows now.
  for (const name of ['up', 'back', 'down'])
    power.change(id(name), { commandedAtMs: clock.nowMs() + 3_600_000 });
  const policy = await startUp();
  await until(() => power.sent.length === 2 && clock.sleeping === 1);
  expect(power.sent).toEqual(['down off reboot', 'up on reboot']);
  await power.set(id('back'), 'off', 'you');
  await policy.close();
  await (await startUp()).settled();
  expect(power.sent.slice(2)).toEqual(['back off you']);
});

test('what an earlier version left to be done is gone on with, but for what was switched since', async () => {
  const file = { version: 1, boot: { by: 'id', id: bootId }, sinceMs: clock.nowMs() };
  const pending = ['back', 'down', 'gone'].map((name) => `${name}-000000`);
  await writeFile(path.join(dir, 'machine-boot.json'), JSON.stringify({ ...file, pending }));
  await clock.pass(1);
  await power.set(id('down'), 'on', 'you');
  await (await startUp()).settled();
  expect(power.sent).toEqual(['down on you', 'back on reboot']);
});

test('the end of Labdeck waits for no outlet that hangs, and the next start goes on', async () => {
  await startUp();
  bootId = 'second';
  hanging.add(id('down'));
  const policy = await startUp();
  await until(() => clock.sleeping === 1);
  await policy.close();
  expect(notices.list()).toEqual([]);
  hanging.clear();
  await startUp();
  await until(() => power.sent.length === 2);
  expect(power.sent).toEqual(['down off reboot', 'up on reboot']);
});

test('what is restored is what somebody wanted, not what Labdeck commanded as it quit', async () => {
  await startUp();
  power.change(id('back'), { commanded: 'off', commandedBy: 'quit' });
  wanted.set(id('back'), 'on');
  bootId = 'second';
  const policy = await startUp();
  await until(() => power.sent.length === 2 && clock.sleeping === 1);
  await clock.pass(750);
  await policy.settled();
  expect(power.sent.slice(2)).toEqual(['back on reboot']);
});

test('an outlet that comes up late is tried again, and one that never does is told', async () => {
  await startUp();
  bootId = 'second';
  power.failure = new LabError('DEVICE_GONE', 'The plug does not answer');
  const policy = await startUp();
  await until(() => clock.sleeping === 1);
  expect(power.sent).toHaveLength(3);
  await clock.pass(50_000);
  await policy.settled();
  expect(power.sent).toHaveLength(18);
  expect(notices.list()).toMatchObject([{ noticeId: 'after-reboot' }]);
  expect(notices.list()[0]?.text).toContain('back was to be on: The plug does not answer');
});

test('a damaged file is kept and told, and counts as no reboot', async () => {
  await writeFile(path.join(dir, 'machine-boot.json'), '{');
  await (await startUp()).settled();
  expect(power.sent).toEqual([]);
  expect(notices.list()).toMatchObject([{ noticeId: 'machine-boot-file' }]);
  expect(JSON.parse(await readFile(path.join(dir, 'machine-boot.json'), 'utf8')).boot.id).toBe('first');
});

test('a boot is told by the id the kernel gives it, else by its time', async () => {
  await writeFile(path.join(dir, 'boot_id'), 'e2b0\n');
  expect(await readMachineBoot(path.join(dir, 'boot_id'))).toEqual({ by: 'id', id: 'e2b0' });
  const timed = await readMachineBoot(path.join(dir, 'none'));
  expect(timed).toMatchObject({ by: 'time' });
  expect(isSameBoot(timed, await readMachineBoot(path.join(dir, 'none')))).toBe(true);
  expect(isSameBoot({ by: 'time', atMs: 0 }, { by: 'time', atMs: 3_600_000 })).toBe(false);
  expect(isSameBoot({ by: 'id', id: 'a' }, timed)).toBe(true);
});
