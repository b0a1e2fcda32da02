import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import {
  type BoardId,
  boardPatch,
  defaultLedLanguage,
  defaultPowerPolicy,
  type NewBoardInput,
  newBoard,
  type PortMatch,
  powerBinding,
} from '../contract/index.ts';
import { NoticesService } from '../notices/index.ts';
import { type BoardsChange, BoardsService } from './index.ts';

let dir: string;
let notices: NoticesService;
const file = () => path.join(dir, 'boards.json');
const id = (name: string) => name as BoardId;

async function start(isKeyUsed?: (key: string) => boolean): Promise<BoardsService> {
  const service = new BoardsService({ dir, notices, logger: silentLogger, ...(isKeyUsed && { isKeyUsed }) });
  await service.start();
  return service;
}
const make = (input: NewBoardInput) => newBoard.parse(input);
const withCable = (name: string, value: string) =>
  make({ name, power: { kind: 'acm-cable', match: { by: 'id', value } } });

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-boards-'));
  notices = new NoticesService(systemClock);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('the first start has one simulated board named virtual-1, also at the second', async () => {
  const first = await start();
  expect(first.list()).toMatchObject([{ boardId: 'virtual-1', name: 'virtual-1', virtual: 'sim' }]);
  const second = await start();
  expect(second.list()).toEqual(first.list());
  expect(second.key('virtual-1')).toBe(first.key('virtual-1'));
});

test('a patch of a policy or of the LED language leaves the rest of it as it was', async () => {
  const boards = await start();
  await boards.update('virtual-1', boardPatch.parse({ powerPolicy: { atQuit: 'off', minOffMs: 250 } }));
  await boards.update('virtual-1', boardPatch.parse({ powerPolicy: { idleOffMinutes: 1 } }));
  expect(boards.get('virtual-1').powerPolicy).toEqual({
    ...defaultPowerPolicy,
    atQuit: 'off',
    minOffMs: 250,
    idleOffMinutes: 1,
  });
  const failed = ['on', 'on', 'blink'] as const;
  await boards.update('virtual-1', boardPatch.parse({ ledLanguage: { patterns: { failed }, rules: [] } }));
  await boards.update('virtual-1', boardPatch.parse({ ledLanguage: { enabled: true } }));
  expect(boards.get('virtual-1').ledLanguage).toEqual({
    enabled: true,
    patterns: { ...defaultLedLanguage.patterns, failed },
    rules: [],
  });
  await boards.update('virtual-1', {
    powerPolicy: defaultPowerPolicy,
    ledLanguage: defaultLedLanguage,
    notes: undefined,
  });
  expect((await start()).get('virtual-1')).toMatchObject({
    powerPolicy: defaultPowerPolicy,
    ledLanguage: defaultLedLanguage,
    notes: '',
  });
});

test('a patch of the retention leaves its other limit as it was, and null lifts both', async () => {
  const boards = await start();
  await boards.update('virtual-1', boardPatch.parse({ retention: { maxAgeDays: 7 } }));
  await boards.update('virtual-1', boardPatch.parse({ retention: { maxBytes: 1024 ** 2 } }));
  expect(boards.get('virtual-1').retention).toEqual({ maxBytes: 1024 ** 2, maxAgeDays: 7 });
  await boards.update('virtual-1', boardPatch.parse({ retention: null }));
  expect(boards.get('virtual-1').retention).toBeNull();
});

test('a binding that could never work is refused with the reason, and one of before costs no list', async () => {
  const command = { kind: 'command', on: ['relay', 'on'], off: ['relay', 'off'] } as const;
  const messages = (input: unknown) =>
    boardPatch
      .safeParse(input)
      .error?.issues.map(({ path: [, ...at], message }) => `${at.join('.')}: ${message}`);
  expect(messages({ power: command })).toBeUndefined();
  expect(messages({ power: { ...command, on: [' ', 'on'] } })).toEqual(['on.0: name a program']);
  expect(messages({ power: { ...command, read: ['relay', 'a\0b'] } })).toEqual([
    expect.stringMatching(/^read\.1: .*NUL/),
  ]);
  expect(messages({ power: { kind: 'usb-hub-port', socket: '../../etc' } })).toEqual([
    expect.stringMatching(/^socket: give a socket/),
  ]);
  expect(messages({ usbSocket: '../../etc' })).toEqual([expect.stringMatching(/^: give a socket/)]);
  const boards = await start();
  await boards.add({ ...make({ name: 'old' }), power: powerBinding.parse({ ...command, off: [''] }) });
  expect((await start()).list().map(({ name }) => name)).toEqual(['virtual-1', 'old']);
});

test('who removed every board starts without any', async () => {
  await (await start()).remove('virtual-1');
  expect((await start()).list()).toEqual([]);
});

test('a board is found again after a restart with all it was given', async () => {
  const added = await (await start()).add(
    make({
      name: 'beagle',
      displayName: 'Beagle on the shelf',
      consoles: [{ match: { by: 'path', value: 'pci-0-usb-0:1:1.0' }, baudRate: 1_500_000 }],
      power: { kind: 'acm-cable', match: { by: 'id', value: 'usb-cable' }, bitOrder: 'msb', newline: true },
    }),
  );
  const again = (await start()).get('beagle');
  expect(again).toEqual(added);
  expect(again.consoles[0]).toMatchObject({ name: 'main', baudRate: 1_500_000, parity: 'none' });
});

test('a name is given once', async () => {
  const boards = await start();
  await expect(boards.add(make({ name: 'virtual-1', virtual: 'qemu' }))).rejects.toMatchObject({
    code: 'NAME_TAKEN',
    data: { field: 'name' },
  });
  await boards.add(make({ name: 'other', virtual: 'sim' }));
  await expect(boards.update('other', { name: id('virtual-1') })).rejects.toMatchObject({
    code: 'NAME_TAKEN',
  });
});

test('two adds of one name at once: one wins', async () => {
  const boards = await start();
  const adds = [1, 2].map(() => boards.add(make({ name: 'twin', virtual: 'sim' })));
  const results = await Promise.allSettled(adds);
  expect(results.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(boards.list().filter((b) => b.name === 'twin')).toHaveLength(1);
});

test('a rename keeps the storage key, and the name freed comes with another one', async () => {
  const boards = await start();
  const key = boards.key('virtual-1');
  expect(key).toMatch(/^virtual-1-[a-z0-9]{6}$/);
  await boards.update('virtual-1', { name: id('shelf') });
  expect(boards.key('shelf')).toBe(key);
  expect(boards.find('virtual-1')).toBeNull();
  await boards.add(make({ name: 'virtual-1', virtual: 'sim' }));
  expect(boards.key('virtual-1')).not.toBe(key);
  expect((await start()).key('shelf')).toBe(key);
});

test('a key under which something is kept already is never handed out', async () => {
  const seen: string[] = [];
  const boards = await start((key) => seen.push(key) < 4);
  expect(boards.key('virtual-1')).toBe(seen.at(-1));
  expect(seen).toHaveLength(4);
});

test('a port serves one board and one role, and the refusal names both', async () => {
  const boards = await start();
  await boards.add(withCable('one', 'usb-cable'));
  await expect(boards.add(withCable('two', 'usb-cable'))).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'usb-cable is power of one already',
    data: { field: 'power.match', details: { boardId: 'one', role: 'power' } },
  });
  const both = { by: 'id', value: 'usb-both' } as const;
  await expect(
    boards.add(make({ name: 'two', consoles: [{ match: both }], power: { kind: 'acm-cable', match: both } })),
  ).rejects.toMatchObject({ code: 'CONFLICT', message: 'usb-both is console main of two already' });
  await boards.update('one', { power: null });
  await boards.add(withCable('two', 'usb-cable'));
});

test('a board may be changed without letting go of its own port', async () => {
  const boards = await start();
  await boards.add(withCable('one', 'usb-cable'));
  const { power } = make({
    name: 'one',
    power: { kind: 'acm-cable', match: { by: 'id', value: 'usb-cable' }, bitOrder: 'msb' },
  });
  const changed = await boards.update('one', { power });
  expect(changed.power).toMatchObject({ bitOrder: 'msb' });
});

test('a virtual board takes no bindings', async () => {
  const boards = await start();
  const { power } = withCable('x', 'usb-cable');
  await expect(boards.update('virtual-1', { power })).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    data: { field: 'power' },
  });
  expect((await boards.update('virtual-1', { notes: 'mine', power: null })).notes).toBe('mine');
});

test('an unknown board is not found, by name and with what to do', async () => {
  const boards = await start();
  for (const call of [() => boards.update('x', {}), () => boards.remove('x')])
    await expect(call()).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('x') });
  expect(() => boards.get('x')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  expect(() => boards.key('x')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
});

test('each change is told with what was before, and the revision grows', async () => {
  const boards = await start();
  const before = boards.revision;
  const changes: BoardsChange[] = [];
  boards.onDidChange((change) => changes.push(change));
  await boards.add(make({ name: 'n', virtual: 'sim' }));
  await boards.update('n', { name: id('m') });
  await boards.remove('m');
  expect(changes).toMatchObject([
    { type: 'added', board: { name: 'n' } },
    { type: 'updated', board: { boardId: 'm', name: 'm' }, before: { boardId: 'n' } },
    { type: 'removed', board: { name: 'm' } },
  ]);
  expect(boards.revision).toBe(before + 3);
});

test('what could not be written did not happen', async () => {
  const boards = await start();
  const before = boards.list();
  const changes: BoardsChange[] = [];
  boards.onDidChange((change) => changes.push(change));
  await mkdir(`${file()}.tmp-${process.pid}`);
  await expect(boards.add(make({ name: 'n', virtual: 'sim' }))).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
  });
  await expect(boards.remove('virtual-1')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  expect(boards.list()).toEqual(before);
  expect(changes).toEqual([]);
});

test('a damaged list is kept under a name the user is told, and the bench opens', async () => {
  await (await start()).add(make({ name: 'precious', virtual: 'sim' }));
  const half = (await readFile(file(), 'utf8')).slice(0, -20);
  await writeFile(file(), half);
  const boards = await start();
  expect(boards.list().map((b) => b.name)).toEqual(['virtual-1']);
  const kept = (await readdir(dir)).find((name) => name.startsWith('boards.damaged-')) ?? '';
  expect(notices.list()).toMatchObject([{ severity: 'warning', text: expect.stringContaining(kept) }]);
  await boards.add(make({ name: 'n', virtual: 'sim' }));
  expect(await readFile(path.join(dir, kept), 'utf8')).toBe(half);
});

test('a list that names one board or one port twice is damaged', async () => {
  await (await start()).add(withCable('one', 'usb-cable'));
  const document = JSON.parse(await readFile(file(), 'utf8')) as { boards: { name: string; key: string }[] };
  const one = document.boards.find((b) => b.name === 'one');
  for (const twin of [{ ...one }, { ...one, name: 'two', key: 'two-aaaaaa' }]) {
    await writeFile(file(), JSON.stringify({ ...document, boards: [...document.boards, twin] }));
    await start();
    expect(notices.list()[0]?.text).toContain('is there twice');
    notices.dismiss('boards-file');
  }
});

test('a list of a newer Labdeck is kept and politely refused', async () => {
  await writeFile(file(), '{"version":7,"racks":[]}');
  await start();
  const kept = (await readdir(dir)).find((name) => name.startsWith('boards.newer-')) ?? '';
  expect(await readFile(path.join(dir, kept), 'utf8')).toBe('{"version":7,"racks":[]}');
  expect(notices.list()[0]?.text).toContain(`kept as ${kept}`);
});

test('a match knows who binds it, in these or other words', async () => {
  const boards = await start();
  const socket = 'pci-0000:00:14.0-usb-0:1.3';
  await boards.add(
    make({
      name: 'b',
      consoles: [
        { name: 'main', match: { by: 'id', value: 'usb-a' } },
        { name: 'm4', match: { by: 'path', value: `${socket}:1.2` } },
      ],
      power: { kind: 'acm-cable', match: { by: 'device', value: '/dev/bench/../my-cable' } },
    }),
  );
  expect(boards.bindingOf({ by: 'id', value: 'usb-a' })).toEqual({ boardId: 'b', role: 'console main' });
  expect(boards.bindingOf({ by: 'socket', value: socket, interface: 2 })).toEqual({
    boardId: 'b',
    role: 'console m4',
  });
  expect(boards.bindingOf({ by: 'device', value: '/dev/my-cable' })).toEqual({ boardId: 'b', role: 'power' });
  expect(boards.bindingOf({ by: 'socket', value: socket, interface: 0 })).toBeNull();
});

test('one USB socket powers one board', async () => {
  const boards = await start();
  const power = { kind: 'usb-hub-port', socket: 'pci-0-usb-0:1.4' } as const;
  await boards.add(make({ name: 'one', power }));
  expect(boards.bindingOfSocket('pci-0-usb-0:1.4')).toEqual({ boardId: 'one', role: 'power' });
  await expect(boards.add(make({ name: 'two', power }))).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'pci-0-usb-0:1.4 powers one already',
    data: { field: 'power.socket', details: { boardId: 'one' } },
  });
});

test('a USB socket serves one board, as its power, as the place of its own device, or as both', async () => {
  const boards = await start();
  const [s3, s4] = ['pci-0-usb-0:1.3', 'pci-0-usb-0:1.4'];
  const power = { kind: 'usb-hub-port', socket: s3 } as const;
  const one = await boards.add(make({ name: 'one', power, usbSocket: s3 }));
  expect(one.usbSocket).toBe(s3);
  expect(boards.bindingOfSocket(s3)).toEqual({ boardId: 'one', role: 'power' });
  await expect(boards.add(make({ name: 'two', usbSocket: s3 }))).rejects.toMatchObject({
    code: 'CONFLICT',
    message: `${s3} powers one already`,
    data: { field: 'usbSocket', details: { boardId: 'one', role: 'power' } },
  });
  await boards.update('one', { power: null, usbSocket: s4 });
  expect(boards.bindingOfSocket(s4)).toEqual({ boardId: 'one', role: 'USB device' });
  expect(boards.bindingOfSocket(s3)).toBeNull();
  await boards.add(make({ name: 'two', usbSocket: s3 }));
  await expect(
    boards.update('two', { power: { ...power, socket: s4, method: 'auto' } }),
  ).rejects.toMatchObject({
    code: 'CONFLICT',
    message: `${s4} is the USB socket of one already`,
    data: { field: 'power.socket', details: { boardId: 'one', role: 'USB device' } },
  });
  expect((await start()).list().map(({ name, usbSocket }) => [name, usbSocket])).toEqual([
    ['virtual-1', null],
    ['one', s4],
    ['two', s3],
  ]);
  await boards.update('two', { usbSocket: null });
  expect(boards.bindingOfSocket(s3)).toBeNull();
});

test('a virtual board hangs in no USB socket', async () => {
  const boards = await start();
  expect(newBoard.safeParse({ name: 'v', virtual: 'sim', usbSocket: 'pci-0-usb-0:1' }).success).toBe(false);
  await expect(boards.update('virtual-1', { usbSocket: 'pci-0-usb-0:1' })).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    data: { field: 'usbSocket' },
  });
});

test('a list from before boards had a USB socket loads as it is', async () => {
  await (await start()).add(withCable('one', 'usb-cable'));
  const document = JSON.parse(await readFile(file(), 'utf8')) as { boards: { usbSocket?: string | null }[] };
  for (const board of document.boards) delete board.usbSocket;
  await writeFile(file(), JSON.stringify(document));
  const boards = await start();
  expect(notices.list()).toEqual([]);
  expect(boards.get('one')).toMatchObject({ power: { kind: 'acm-cable' }, usbSocket: null });
});

test('who sits in a socket is learned when it is bound, or when first seen there, and kept', async () => {
  const occupant = { vendorId: '1a86', productId: '7523', serialNumber: null };
  let plugged = new Set(['here']);
  const complete = (match: PortMatch): PortMatch =>
    match.by === 'path' && match.occupant === undefined && plugged.has(match.value)
      ? { ...match, occupant }
      : match;
  const boards = new BoardsService({ dir, notices, logger: silentLogger, complete });
  await boards.start();
  const bind = (name: string, value: string) => ({ name, match: { by: 'path', value } }) as const;
  const added = await boards.add(make({ name: 'b', consoles: [bind('main', 'here'), bind('m4', 'later')] }));
  expect(added.consoles.map(({ match }) => match)).toEqual([
    { by: 'path', value: 'here', occupant },
    { by: 'path', value: 'later' },
  ]);
  const changes: BoardsChange[] = [];
  boards.onDidChange((change) => changes.push(change));
  await boards.learn();
  expect(changes).toEqual([]);
  plugged = new Set(['later']);
  await boards.learn();
  expect(changes).toMatchObject([{ type: 'updated', board: { name: 'b' } }]);
  expect((await start()).get('b').consoles.map(({ match }) => match)).toEqual([
    { by: 'path', value: 'here', occupant },
    { by: 'path', value: 'later', occupant },
  ]);
});

test('what a full disk does not take is learned at the next change', async () => {
  const complete = (match: PortMatch): PortMatch =>
    match.by === 'path' ? { ...match, occupant: null } : match;
  await (await start()).add(make({ name: 'b', consoles: [{ match: { by: 'path', value: 'p' } }] }));
  const boards = new BoardsService({ dir, notices, logger: silentLogger, complete });
  await boards.start();
  await mkdir(`${file()}.tmp-${process.pid}`);
  await boards.learn();
  expect(boards.get('b').consoles[0]?.match).toEqual({ by: 'path', value: 'p' });
  await rm(`${file()}.tmp-${process.pid}`, { recursive: true });
  await boards.learn();
  expect(boards.get('b').consoles[0]?.match).toEqual({ by: 'path', value: 'p', occupant: null });
});
