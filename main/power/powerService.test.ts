import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock.ts';
import { FakeVirtualBoard } from '../../test/fakes/fakeVirtualBoard.ts';
import { FakeEars, FakeSecrets, noUsb } from '../../test/fakes/powerParts.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { BoardsService } from '../boards/index.ts';
import { type BoardId, LabError, newBoard, type PowerReading } from '../contract/index.ts';
import { NoticesService } from '../notices/index.ts';
import { PortsService } from '../ports/index.ts';
import { TasksService } from '../tasks/index.ts';
import { type PowerCommand, PowerService } from './index.ts';

const v1 = 'virtual-1' as BoardId;
let dir: string;
let clock: FakeClock;
let boards: BoardsService;
let power: PowerService;
let virtual: Map<string, FakeVirtualBoard>;
const machine = (name: string) => virtual.get(boards.key(name)) ?? expect.fail(`no machine for ${name}`);

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-power-'));
  clock = new FakeClock();
  virtual = new Map();
  boards = new BoardsService({ dir, notices: new NoticesService(systemClock), logger: silentLogger });
  await boards.start();
  power = new PowerService({
    boards,
    ports: new PortsService({ logger: silentLogger }),
    virtual: {
      get: (key) => {
        const found = virtual.get(key) ?? new FakeVirtualBoard();
        virtual.set(key, found);
        return found;
      },
    },
    usb: noUsb(),
    secrets: new FakeSecrets(),
    tasks: new TasksService(clock, silentLogger),
    ears: new FakeEars(),
    staggerMs: () => 500,
    dir,
    clock,
    logger: silentLogger,
  });
  await power.start();
});
afterEach(async () => {
  await power.close();
  await rm(dir, { recursive: true, force: true });
});

test('a virtual board starts off, as read back, with nothing commanded', () => {
  expect(power.read(v1)).toMatchObject({
    switchable: true,
    commanded: null,
    known: 'off',
    evidence: { kind: 'read-back' },
    busy: false,
  });
});

test('what is answered after a switch is what was read back', async () => {
  expect(await power.set(v1, 'on')).toMatchObject({ commanded: 'on', known: 'on', busy: false });
  expect(await power.setLed(v1, 2, true)).toMatchObject({ known: 'on', leds: [false, true, false] });
  expect(await power.set(v1, 'off')).toMatchObject({ commanded: 'off', known: 'off' });
});

test('a machine that dies is shown off without being asked', async () => {
  await power.set(v1, 'on');
  const told: PowerReading[] = [];
  power.onDidChange((reading) => told.push(reading));
  machine('virtual-1').die();
  await clock.pass(0);
  expect(told).toMatchObject([{ boardId: 'virtual-1', commanded: 'on', known: 'off' }]);
});

test('busy is told from the first command to the end of the last', async () => {
  const busy: boolean[] = [];
  power.onDidChange((reading) => busy.push(reading.busy));
  await Promise.all([power.set(v1, 'on'), power.set(v1, 'off')]);
  expect(busy[0]).toBe(true);
  expect(busy.at(-1)).toBe(false);
  expect(busy.lastIndexOf(true)).toBe(busy.indexOf(false) - 1);
});

test('commands of one board run one after another, in order', async () => {
  const order: string[] = [];
  power.onDidCommand(({ what }) => order.push(what));
  let open = () => {};
  machine('virtual-1').gate = new Promise((resolve) => {
    open = resolve;
  });
  const first = power.set(v1, 'on');
  const second = power.set(v1, 'off');
  await clock.pass(0);
  expect(order).toEqual(['on']);
  open();
  await Promise.all([first, second]);
  expect(order).toEqual(['on', 'off']);
  expect(power.read(v1).known).toBe('off');
});

test('a cycle is off, the wait, on, and lets nobody in between', async () => {
  await power.set(v1, 'on');
  const commands: PowerCommand[] = [];
  power.onDidCommand((command) => commands.push(command));
  const cycle = power.cycle(v1, 1500);
  const led = power.setLed(v1, 1, true);
  await clock.pass(1499);
  expect(commands.map((c) => c.what)).toEqual(['off']);
  expect(power.read(v1)).toMatchObject({ known: 'off', busy: true });
  await clock.pass(1);
  expect(await cycle).toMatchObject({ commanded: 'on', known: 'on', busy: false });
  await led;
  expect(commands.map((c) => c.what)).toEqual(['off', 'on', 'led']);
  expect(commands[2]?.detail).toMatch(/^LED 1 on/);
});

test('a board without an outlet says so and how to mend it', async () => {
  await boards.add(newBoard.parse({ name: 'bare' }));
  expect(power.read('bare' as BoardId)).toMatchObject({
    switchable: false,
    commanded: null,
    known: 'unknown',
  });
  for (const call of [
    () => power.set('bare' as BoardId, 'on'),
    () => power.cycle('bare' as BoardId, 0),
    () => power.setLed('bare' as BoardId, 1, true),
  ])
    await expect(call()).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { hint: expect.any(String) } });
});

test('an unknown board is not found', async () => {
  expect(() => power.read('x' as BoardId)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  await expect(power.set('x' as BoardId, 'on')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(() => power.noteOutput('x' as BoardId, 0)).not.toThrow();
});

test('a failed switch is the error the driver gave, and the next one works', async () => {
  machine('virtual-1').failure = new LabError('COMMAND_FAILED', 'no emulator');
  await expect(power.set(v1, 'on')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  expect(power.read(v1)).toMatchObject({ known: 'off', busy: false });
  machine('virtual-1').failure = null;
  expect(await power.set(v1, 'on')).toMatchObject({ known: 'on' });
});

test('power follows a board through its rename and is told under the new name', async () => {
  await power.set(v1, 'on');
  const told: PowerReading[] = [];
  power.onDidChange((reading) => told.push(reading));
  await boards.update('virtual-1', { name: 'shelf' as BoardId });
  expect(told).toMatchObject([{ boardId: 'shelf', known: 'on' }]);
  expect(power.read('shelf' as BoardId)).toMatchObject({ commanded: 'on', known: 'on' });
  expect(() => power.read(v1)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
});

test('a command that waited while its board was renamed still reaches it', async () => {
  let open = () => {};
  machine('virtual-1').gate = new Promise((resolve) => {
    open = resolve;
  });
  const first = power.set(v1, 'on');
  const second = power.setLed(v1, 3, true);
  await boards.update('virtual-1', { name: 'shelf' as BoardId });
  open();
  await first;
  expect(await second).toMatchObject({ boardId: 'shelf', leds: [false, false, true] });
});

test('a command that waited while its board was removed is refused, not sent', async () => {
  const gone = machine('virtual-1');
  let open = () => {};
  gone.gate = new Promise((resolve) => {
    open = resolve;
  });
  const first = power.set(v1, 'on').catch((error) => error);
  const second = power.set(v1, 'off').catch((error) => error);
  await boards.remove('virtual-1');
  open();
  await first;
  expect(await second).toMatchObject({ code: 'NOT_FOUND' });
  expect(gone.commands).toBe(0);
});

test('a cycle never switches on what is no longer its board', async () => {
  await power.set(v1, 'on');
  const gone = machine('virtual-1');
  const cycle = power.cycle(v1, 4_000).catch((error) => error);
  await clock.pass(10);
  const sent = gone.commands;
  await boards.remove('virtual-1');
  await clock.pass(10_000);
  expect(await cycle).toMatchObject({ code: 'NOT_FOUND' });
  expect(gone.commands).toBe(sent);
});

test('closing ends a cycle in its wait, leaves power as it is, and says why', async () => {
  await power.set(v1, 'on');
  const cycle = power.cycle(v1, 60_000);
  await clock.pass(10);
  const sent = machine('virtual-1').commands;
  const refused = expect(cycle).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  await power.close();
  await refused;
  expect(machine('virtual-1').commands).toBe(sent);
});

test('the revision grows with each change that is told', async () => {
  const before = power.revision;
  let told = 0;
  power.onDidChange(() => {
    told += 1;
  });
  await power.set(v1, 'on');
  expect(told).toBeGreaterThan(0);
  expect(power.revision).toBe(before + told);
});
