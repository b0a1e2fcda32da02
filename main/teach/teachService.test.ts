import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeHub } from '../../test/fakes/fakeHub.ts';
import { fakePort } from '../../test/fakes/fakePort.ts';
import { systemClock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { silentLogger } from '../base/logger.ts';
import { BoardsService } from '../boards/index.ts';
import { newBoard, powerBinding, type UsbHub } from '../contract/index.ts';
import { NoticesService } from '../notices/index.ts';
import type { DetectedPort } from '../ports/index.ts';
import { idleMs, TeachService } from './teachService.ts';

const looks = {
  console: { kind: 'console', name: 'FTDI FT232R' },
  cable: { kind: 'power-cable', name: 'power cable' },
} as const;
const serial = (value: string) =>
  ({ by: 'serial', value, vendorId: '0403', productId: '6001', interface: 0, path: null }) as const;
const port = (value: string, socket: string, more: Partial<DetectedPort> = {}) =>
  fakePort({ serialNumber: value, socket, suggestedMatch: serial(value), looksLike: looks.console, ...more });

let dir: string;
let boards: BoardsService;
let teach: TeachService;
let ports: DetectedPort[];
let hubs: UsbHub[];
const portsChanged = new Emitter<void>();
const usbChanged = new Emitter<void>();

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-teach-'));
  boards = new BoardsService({ dir, notices: new NoticesService(systemClock), logger: silentLogger });
  await boards.start();
  ports = [port('A', '1'), port('B', '2')];
  hubs = [];
  teach = new TeachService({
    ports: {
      list: () => [...ports],
      labelOf: (socket) => `desk hub, port ${socket.at(-1)}`,
      refresh: async () => {},
      onDidChange: portsChanged.event,
    },
    usb: {
      tree: () => ({ revision: 1, hubs }),
      refresh: async () => {},
      onDidChange: usbChanged.event,
    },
    boards,
    clock: systemClock,
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  teach.dispose();
  portsChanged.dispose();
  usbChanged.dispose();
  await rm(dir, { recursive: true, force: true });
});

function plugged(...now: DetectedPort[]): void {
  ports = now;
  portsChanged.fire();
  vi.advanceTimersByTime(500);
}

async function teachConsole(teachId: string, which: DetectedPort): Promise<void> {
  const all = ports;
  await teach.watch(teachId, 'console');
  plugged(...all.filter((other) => other !== which));
  plugged(...all);
}

test('a console pulled and plugged in again becomes a board', async () => {
  const { teachId, step } = teach.start();
  expect(step).toBe('ready');
  expect((await teach.watch(teachId, 'console')).ask).toBe("Unplug the board's console cable now.");
  const [one, two] = ports;
  plugged(...ports.slice(1));
  expect(teach.get(teachId)).toMatchObject({
    step: 'plug',
    ask: 'FTDI FT232R (A) at desk hub, port 1 is gone: plug it back in, where it is to stay.',
  });
  plugged(...[one, two].filter((p) => p !== undefined));
  const learned = teach.get(teachId);
  expect(learned).toMatchObject({ step: 'ready', proposedName: 'board-1' });
  expect(learned.sights.map(({ what }) => what)).toEqual(['gone', 'back']);
  expect(learned.found).toMatchObject([
    { role: 'console', match: serial('A'), takenBy: null, caution: null },
  ]);

  const board = await teach.finish(teachId, { name: 'beagle', baudRate: 1_500_000 });
  expect(board).toMatchObject({
    name: 'beagle',
    consoles: [{ name: 'main', match: serial('A'), baudRate: 1_500_000 }],
    power: null,
  });
  expect(() => teach.get(teachId)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
});

test('from the pull to the next question is less than a second', async () => {
  const { teachId } = teach.start();
  await teach.watch(teachId, 'console');
  let told = 0;
  teach.onDidChange(() => {
    told += 1;
  });
  ports = ports.slice(1);
  portsChanged.fire();
  // Beside these the list of ports waits 300 ms at most for a storm to end.
  vi.advanceTimersByTime(600);
  expect(teach.get(teachId).step).toBe('plug');
  expect(told).toBe(2);
});

/** What hangs at `desk hub, port 2` is pulled and plugged in again. */
async function teachSocket(teachId: string): Promise<void> {
  hubs = [fakeHub({ 2: 'Beagle', 4: 'Other' })];
  await teach.watch(teachId, 'socket');
  for (const now of [fakeHub({ 4: 'Other' }), fakeHub({ 2: 'Beagle', 4: 'Other' })]) {
    hubs = [now];
    usbChanged.fire();
    vi.advanceTimersByTime(500);
  }
}

/** A board whose console, power cable and socket were pulled one after the other. */
async function teachAll(): Promise<string> {
  const cable = port('P', '3', { looksLike: looks.cable });
  ports = [port('A', '1'), port('B', '2'), cable];
  const { teachId } = teach.start();
  await teachConsole(teachId, ports[0] ?? cable);
  await teach.watch(teachId, 'cable');
  plugged(...ports.slice(0, 2));
  plugged(...ports, cable);
  await teachSocket(teachId);
  const { found } = teach.get(teachId);
  expect(found.map(({ role }) => role)).toEqual(['console', 'cable', 'socket']);
  expect(found[2]).toMatchObject({ socket: 'pci-0-usb-0:1.2', text: 'Beagle at desk hub, port 2' });
  return teachId;
}

test('console, cable and socket go into one board, switched by the cable and watched in its socket', async () => {
  const board = await teach.finish(await teachAll(), { baudRate: 115_200 });
  expect(board).toMatchObject({
    name: 'board-1',
    consoles: [{ name: 'main', match: serial('A') }],
    power: { kind: 'acm-cable', match: serial('P'), bitOrder: 'lsb' },
    usbSocket: 'pci-0-usb-0:1.2',
  });
});

test("a socket takes no other outlet's place, and a cable taught anew keeps its dialect", async () => {
  const cable = { kind: 'acm-cable', match: serial('X'), bitOrder: 'msb' };
  await boards.add(newBoard.parse({ name: 'own', power: cable }));
  const board = await teach.finish(await teachAll(), { boardId: 'own', baudRate: 115_200 });
  expect(board.power).toMatchObject({ kind: 'acm-cable', match: serial('P'), bitOrder: 'msb' });

  const plug = { kind: 'tasmota', url: 'http://plug.lan' };
  await boards.update('own', { power: powerBinding.parse(plug), usbSocket: null });
  const { teachId } = teach.start();
  await teachSocket(teachId);
  const after = await teach.finish(teachId, { boardId: 'own', baudRate: 115_200 });
  expect(after).toMatchObject({ power: plug, usbSocket: 'pci-0-usb-0:1.2' });
});

test('who finishes may leave the socket out, or name another', async () => {
  const teachId = await teachAll();
  const { power, usbSocket } = await teach.finish(teachId, { name: 'a', baudRate: 115_200, usbSocket: null });
  expect([power?.kind, usbSocket]).toEqual(['acm-cable', null]);
  await boards.remove('a');
  const named = await teach.finish(await teachAll(), { baudRate: 115_200, usbSocket: 'pci-0-usb-0:7' });
  expect(named.usbSocket).toBe('pci-0-usb-0:7');
});

test('a socket of another board is said to be taken, and a board taught anew keeps its own', async () => {
  await boards.add(newBoard.parse({ name: 'other', usbSocket: 'pci-0-usb-0:1.2' }));
  const teachId = await teachAll();
  expect(teach.get(teachId).found.map(({ takenBy }) => takenBy)).toEqual([null, null, 'other: USB device']);
  await expect(teach.finish(teachId, { name: 'mine', baudRate: 115_200 })).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { field: 'usbSocket' },
  });
  await teach.finish(teachId, { name: 'mine', baudRate: 115_200, usbSocket: null });
  const again = teach.start().teachId;
  await teachConsole(again, ports[1] ?? expect.fail('no second port'));
  const { consoles, usbSocket } = await teach.finish(again, { boardId: 'other', baudRate: 115_200 });
  expect([consoles.length, usbSocket]).toEqual([1, 'pci-0-usb-0:1.2']);
});

test('which outlet switches the board is the last word of who finishes', async () => {
  ports = [...ports, port('P', '3', { looksLike: looks.cable })];
  const { teachId } = teach.start();
  await teach.watch(teachId, 'cable');
  const all = ports;
  plugged(...ports.slice(0, 2));
  plugged(...all);
  await expect(
    teach.finish(teachId, {
      baudRate: 115_200,
      power: { kind: 'virtual', behaviour: 'honest', gang: null },
    }),
  ).rejects.toMatchObject({ code: 'BAD_REQUEST', data: { field: 'power' } });
  const board = await teach.finish(teachId, { baudRate: 115_200, power: null });
  expect(board.power).toBeNull();
});

test('a hub that cannot switch its ports is said to be so', async () => {
  hubs = [fakeHub({ 2: 'Beagle' }, { switching: 'ganged' })];
  const { teachId } = teach.start();
  await teach.watch(teachId, 'socket');
  for (const tree of [[fakeHub({})], hubs]) {
    hubs = tree;
    usbChanged.fire();
    vi.advanceTimersByTime(500);
  }
  expect(teach.get(teachId).found[0]?.caution).toContain('all its ports at once');
  expect(await teach.finish(teachId, { baudRate: 115_200 })).toMatchObject({
    consoles: [],
    power: { kind: 'usb-hub-port', socket: 'pci-0-usb-0:1.2' },
    usbSocket: 'pci-0-usb-0:1.2',
  });
});

test('when several went at once the person chooses, the likeliest first', async () => {
  ports = [port('P', '3', { looksLike: looks.cable }), ...ports];
  const { teachId } = teach.start();
  await teach.watch(teachId, 'console');
  const all = ports;
  plugged();
  expect(teach.get(teachId).ask).toContain('3 went at once');
  plugged(...all);
  const { step, candidates } = teach.get(teachId);
  expect(step).toBe('choose');
  expect(candidates.map(({ match }) => match?.value)).toEqual(['A', 'B', 'P']);
  expect(candidates[2]?.caution).toBe('It looks like a power cable, not like a console.');
  expect(() => teach.choose(teachId, 3)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
  expect(teach.choose(teachId, 1)).toMatchObject({
    step: 'ready',
    candidates: [],
    found: [{ match: serial('B') }],
  });
  expect(() => teach.choose(teachId, 0)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
});

test('a port of another board is said to be taken, and finishing leaves both boards as they were', async () => {
  await boards.add(newBoard.parse({ name: 'beagle', consoles: [{ match: serial('A') }] }));
  const { teachId } = teach.start();
  await teachConsole(teachId, ports[0] ?? fakePort());
  expect(teach.get(teachId).found[0]?.takenBy).toBe('beagle: console main');
  await expect(teach.finish(teachId, { name: 'pi', baudRate: 115_200 })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'A is console main of beagle already',
  });
  expect(boards.find('pi')).toBeNull();
  expect(teach.get(teachId).found).toHaveLength(1);
  teach.forget(teachId, 0);
  await expect(teach.finish(teachId, { baudRate: 115_200 })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('into a board that exists lines are added beside what it has, and one taught anew keeps its name', async () => {
  await boards.add(
    newBoard.parse({ name: 'beagle', consoles: [{ name: 'main', match: serial('A'), baudRate: 9600 }] }),
  );
  const { teachId } = teach.start();
  await teachConsole(teachId, ports[0] ?? fakePort());
  await teachConsole(teachId, ports[1] ?? fakePort());
  const board = await teach.finish(teachId, { boardId: 'beagle', baudRate: 115_200 });
  expect(board.consoles).toMatchObject([
    { name: 'main', match: serial('A'), baudRate: 9600 },
    { name: 'uart1', match: serial('B'), baudRate: 115_200 },
  ]);
  expect(boards.list().map(({ name }) => name)).toEqual(['virtual-1', 'beagle']);
});

test('clones and adapters without a serial number come with a word of caution', async () => {
  const nameless = port('', '1', { serialNumber: null });
  ports = [nameless, port('0001', '2', { sharedSerial: true }), port('0001', '3', { sharedSerial: true })];
  const { teachId } = teach.start();
  const [first, second] = ports;
  await teachConsole(teachId, first ?? nameless);
  await teachConsole(teachId, second ?? nameless);
  const cautions = teach.get(teachId).found.map(({ caution }) => caution);
  expect(cautions).toEqual([
    expect.stringContaining('no serial number'),
    expect.stringContaining('same serial number'),
  ]);
});

test('one thing is watched for at a time, and skipping keeps what was learned', async () => {
  const { teachId } = teach.start();
  await teachConsole(teachId, ports[0] ?? fakePort());
  await teach.watch(teachId, 'cable');
  await expect(teach.watch(teachId, 'socket')).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(teach.skip(teachId)).toMatchObject({ step: 'ready', found: [{ role: 'console' }] });
  expect((await teach.watch(teachId, 'socket')).ask).toContain('Nothing is plugged in');
});

test('a session ends after 15 minutes without news, and the fifth ends the one that stood still longest', () => {
  const ids = [1, 2, 3, 4].map(() => teach.start().teachId);
  vi.advanceTimersByTime(idleMs - 1);
  teach.skip(ids[0] ?? '');
  const fifth = teach.start().teachId;
  const alive = () =>
    [...ids, fifth].map((teachId) => {
      try {
        return teach.get(teachId).teachId === teachId;
      } catch {
        return false;
      }
    });
  expect(alive()).toEqual([true, false, true, true, true]);
  vi.advanceTimersByTime(1);
  expect(alive()).toEqual([true, false, false, false, true]);
  vi.advanceTimersByTime(idleMs);
  expect(alive()).toEqual([false, false, false, false, false]);
});
