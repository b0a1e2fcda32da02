import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../main/base/logger.ts';
import type { Port, TeachSession } from '../../main/contract/index.ts';
import { type Core, composeCore } from '../../main/hosts/composeCore.ts';
import { FakeBench } from '../fakes/fakeBench.ts';
import { FakeCable } from '../fakes/fakeCable.ts';
import { FakeUdev } from '../fakes/fakeUdev.ts';

// The whole core over REST, on a machine whose USB sockets the test fills.

const usualPath = process.env.PATH;
const controller = 'pci-0000:00:14.0-usb-0';
const ftdi = { vendorId: '0403', productId: '6001', manufacturer: 'FTDI', product: 'FT232R' };
const waiting = { timeout: 10_000, interval: 20 };
let folder: string;
let udev: FakeUdev;
let bench: FakeBench;
let core: Core;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'labdeck-teach-'));
  udev = new FakeUdev();
  process.env.PATH = `${udev.binDir}:${usualPath}`;
  bench = new FakeBench();
  bench.rootHub(1);
  bench.plug('1-1', { vendorId: '05e3', productId: '0610', product: 'USB2.0 Hub', ports: 4 });
  core = await composeCore({
    dataDir: path.join(folder, 'data'),
    host: 'headless',
    version: 'test',
    secretKey: null,
    resourcesDir: path.join(import.meta.dirname, '..', '..', 'resources'),
    machine: { devDir: bench.devDir, sysDir: bench.sysDir },
    logger: silentLogger,
  });
});
afterEach(async () => {
  await core.close();
  process.env.PATH = usualPath;
  bench.dispose();
  udev.dispose();
  rmSync(folder, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of the body is what it checks
function call(method: string, address: string, body?: unknown): Promise<{ status: number; body: any }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(
      { socketPath: core.socketPath, method, path: `/api/v1${address}`, headers, timeout: 20_000 },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: text === '' ? null : JSON.parse(text) }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function ports(count: number): Promise<Port[]> {
  let found: Port[] = [];
  await expect
    .poll(async () => {
      found = (await call('GET', '/ports')).body;
      return found.length;
    }, waiting)
    .toBe(count);
  return found;
}

/** Pulls and plugs as it is asked, until it is learned or a choice is to be made. */
async function teach(teachId: string, role: string, pull: () => void, plug: () => void) {
  const session = async (): Promise<TeachSession> => (await call('GET', `/teach/${teachId}`)).body;
  expect((await call('POST', `/teach/${teachId}/watch`, { role })).body).toMatchObject({
    step: 'pull',
    role,
  });
  pull();
  await expect.poll(async () => (await session()).step, waiting).toBe('plug');
  plug();
  await expect.poll(async () => (await session()).step, waiting).not.toBe('plug');
  return await session();
}

test('console and hub socket are taught by pulling, and bound into one board at once', async () => {
  const board = { ...ftdi, serial: 'A1' };
  bench.plugSerial('1-1.3', board);
  bench.plugSerial('1-1.4', { ...ftdi, serial: 'B2' });
  await ports(2);
  const hub = (await call('GET', '/usb')).body.hubs.find((one: { root: boolean }) => !one.root);
  await call('PUT', `/usb/hubs/${encodeURIComponent(hub.hubId)}/name`, { name: 'desk hub' });

  const { status, body: begun } = await call('POST', '/teach');
  expect(status).toBe(201);
  expect(begun).toMatchObject({ step: 'ready', found: [], proposedName: 'board-1' });
  const pull = () => bench.unplug('1-1.3');
  const plug = () => void bench.plugSerial('1-1.3', board);
  const learned = await teach(begun.teachId, 'console', pull, plug);
  expect(learned.sights.map(({ what, text }) => `${what} ${text}`)).toEqual([
    'gone FTDI FT232R (A1) at desk hub, port 3',
    'back FTDI FT232R (A1) at desk hub, port 3',
  ]);
  expect((await teach(begun.teachId, 'socket', pull, plug)).found).toMatchObject([
    { role: 'console', match: { by: 'serial', value: 'A1' }, takenBy: null },
    { role: 'socket', socket: `${controller}:1.3` },
  ]);

  expect((await call('POST', `/teach/${begun.teachId}/finish`, { name: 'beagle' })).body).toMatchObject({
    name: 'beagle',
    consoles: [{ name: 'main', match: { by: 'serial', value: 'A1', interface: 0 }, baudRate: 115_200 }],
    power: { kind: 'usb-hub-port', socket: `${controller}:1.3` },
    usbSocket: `${controller}:1.3`,
  });
  expect((await call('GET', `/teach/${begun.teachId}`)).status).toBe(404);
  const bound = (await ports(2)).map(({ serialNumber, plugged, boundTo }) => [
    serialNumber,
    plugged,
    boundTo,
  ]);
  expect(bound).toEqual(
    expect.arrayContaining([
      ['A1', 'desk hub, port 3', { boardId: 'beagle', role: 'console main' }],
      ['B2', 'desk hub, port 4', null],
    ]),
  );
});

test('beside a power cable the socket is bound as a witness, and its device proves on and off', async () => {
  const adapter = { ...ftdi, serial: 'A1' };
  const cable = { vendorId: '2341', productId: '0043', product: 'Power cable', serial: 'C1' };
  // As Linux shows a board of its own: with no serial port.
  const gadget = { vendorId: '0525', productId: 'a4a2', product: 'Ethernet Gadget' };
  const cableNodes: string[] = [];
  const plugCable = () => cableNodes.push(...bench.plugSerial('1-1.2', cable));
  bench.plugSerial('1-1.1', adapter);
  plugCable();
  bench.plug('1-1.3', gadget);
  await ports(2);
  const { teachId } = (await call('POST', '/teach')).body;
  await teach(
    teachId,
    'console',
    () => bench.unplug('1-1.1'),
    () => void bench.plugSerial('1-1.1', adapter),
  );
  await teach(teachId, 'cable', () => bench.unplug('1-1.2'), plugCable);
  await teach(
    teachId,
    'socket',
    () => bench.unplug('1-1.3'),
    () => bench.plug('1-1.3', gadget),
  );
  const { body: board } = await call('POST', `/teach/${teachId}/finish`, { name: 'beagle' });
  const usbSocket = `${controller}:1.3`;
  expect(board).toMatchObject({
    consoles: [{ match: { by: 'serial', value: 'A1' } }],
    power: { kind: 'acm-cable', match: { by: 'serial', value: 'C1' } },
    usbSocket,
  });
  const hub = (await call('GET', '/usb')).body.hubs.find((one: { root: boolean }) => !one.root);
  expect(hub.sockets.map(({ boards }: { boards: string[] }) => boards)).toEqual([
    ['beagle'],
    ['beagle'],
    ['beagle'],
    [],
  ]);
  expect((await call('POST', '/boards', { name: 'other', usbSocket })).body).toMatchObject({
    code: 'CONFLICT',
    field: 'usbSocket',
  });

  const real = await FakeCable.plugIn();
  try {
    const node = cableNodes.at(-1) ?? expect.fail('no cable is plugged in');
    rmSync(node);
    symlinkSync(real.device, node);
    bench.unplug('1-1.3');
    const reading = async () => (await call('GET', '/boards/beagle/power')).body;
    const socket = async () => (await call('GET', '/usb')).body.hubs.at(-1).sockets[2];
    await expect.poll(async () => (await socket()).devices, waiting).toEqual([]);
    expect((await call('PUT', '/boards/beagle/power', { state: 'on' })).status).toBe(200);
    expect(await reading()).toMatchObject({ commanded: 'on', known: 'unknown' });
    bench.plug('1-1.3', gadget);
    await expect.poll(async () => (await reading()).known, waiting).toBe('on');
    expect((await reading()).evidence).toMatchObject({
      kind: 'device-there',
      text: expect.stringMatching(/^its USB device came .+ after power-on$/),
    });

    expect((await call('PUT', '/boards/beagle/power', { state: 'off' })).status).toBe(200);
    bench.unplug('1-1.3');
    await expect.poll(async () => (await reading()).known, waiting).toBe('off');
    expect(await reading()).toMatchObject({
      evidence: { kind: 'device-gone', text: expect.stringContaining('silent') },
      witnesses: [{ kind: 'device-gone' }, { kind: 'console-silent' }],
    });
    expect(real.received).toEqual(['1', '0']);
  } finally {
    await real.unplug();
  }
});

test('a hub pulled with all behind it leaves the choice of which port is meant', async () => {
  bench.plugSerial('1-1.3', { ...ftdi, serial: 'A1' });
  bench.plugSerial('1-1.4', { ...ftdi, productId: '6010', product: 'Dual', serial: 'B2' }, 2);
  await ports(3);
  const { teachId } = (await call('POST', '/teach')).body;
  const chosen = await teach(
    teachId,
    'console',
    () => bench.unplug('1-1'),
    () => {
      bench.plug('1-1', { vendorId: '05e3', productId: '0610', product: 'USB2.0 Hub', ports: 4 });
      bench.plugSerial('1-1.3', { ...ftdi, serial: 'A1' });
      bench.plugSerial('1-1.4', { ...ftdi, productId: '6010', product: 'Dual', serial: 'B2' }, 2);
    },
  );
  expect(chosen.step).toBe('choose');
  const names = chosen.candidates.map(({ match, looksLike }) => [match?.value, looksLike?.kind]);
  // The likeliest first: the first line of such an adapter may be JTAG.
  expect(names.slice().sort()).toEqual([
    ['A1', 'console'],
    ['B2', 'console'],
    ['B2', 'debugger'],
  ]);
  expect(names[2]).toEqual(['B2', 'debugger']);
  const line = chosen.candidates.findIndex(
    ({ match }) => match?.by === 'serial' && match.value === 'B2' && match.interface === 1,
  );
  expect((await call('POST', `/teach/${teachId}/choose`, { index: 9 })).body.code).toBe('BAD_REQUEST');
  const { body } = await call('POST', `/teach/${teachId}/choose`, { index: line });
  expect(body).toMatchObject({ step: 'ready', found: [{ match: { value: 'B2', interface: 1 } }] });
  expect((await call('DELETE', `/teach/${teachId}`)).status).toBe(204);
  expect((await call('GET', '/boards')).body.map((b: { name: string }) => b.name)).toEqual(['virtual-1']);
});

test('a board follows its adapter to another socket, and its place is nobody else’s', async () => {
  bench.plugSerial('1-1.3', { ...ftdi, serial: 'A1' });
  const [port] = await ports(1);
  await call('POST', '/boards', { name: 'beagle', consoles: [{ match: port?.suggestedMatch }] });
  bench.unplug('1-1.3');
  await ports(0);
  bench.plugSerial('1-2', { ...ftdi, serial: 'A1' });
  bench.plugSerial('1-1.3', { ...ftdi, serial: 'other' });
  const bound = (await ports(2)).map(({ serialNumber, boundTo }) => [serialNumber, boundTo?.boardId ?? null]);
  expect(bound).toEqual(
    expect.arrayContaining([
      ['A1', 'beagle'],
      ['other', null],
    ]),
  );
});

test('a different device in a bound socket is refused, and where the old one may be is said', async () => {
  const ch340 = { vendorId: '1a86', productId: '7523', product: 'USB Serial' };
  bench.plugSerial('1-1.3', ch340);
  const [port] = await ports(1);
  const { match } = (
    await call('POST', '/boards', {
      name: 'beagle',
      // As somebody writes it by hand: whoever is there is meant, and kept.
      consoles: [{ match: { by: 'socket', value: port?.socket } }],
    })
  ).body.consoles[0];
  expect(match.occupant).toEqual({ vendorId: '1a86', productId: '7523', serialNumber: null });
  bench.unplug('1-1.3');
  bench.plugSerial('1-1.3', { ...ftdi, serial: 'A1' });
  bench.plugSerial('1-1.4', ch340);
  expect((await ports(2)).map(({ boundTo }) => boundTo)).toEqual([null, null]);
  const line = async () => (await call('GET', '/boards/beagle/consoles')).body[0];
  await expect.poll(async () => (await line()).reason, waiting).toContain('FTDI FT232R (A1)');
  expect(await line()).toMatchObject({ state: 'unplugged', hint: expect.stringContaining('port 4') });
});

test('two adapters with one serial number are told apart by socket, and the user is told once', async () => {
  bench.plugSerial('1-1.3', { ...ftdi, serial: '0001' });
  bench.plugSerial('1-1.4', { ...ftdi, serial: '0001' });
  const clones = await ports(2);
  expect(clones.map(({ sharedSerial }) => sharedSerial)).toEqual([true, true]);
  const [one, two] = clones;
  const bind = (name: string, match: unknown) => call('POST', '/boards', { name, consoles: [{ match }] });
  expect((await bind('a', one?.suggestedMatch)).status).toBe(201);
  expect((await bind('b', two?.suggestedMatch)).status).toBe(201);
  const byNumber = { by: 'serial', value: '0001', vendorId: '0403', productId: '6001' };
  expect((await bind('c', byNumber)).body).toMatchObject({ code: 'CONFLICT' });
  expect((await ports(2)).map(({ boundTo }) => boundTo?.boardId)).toEqual(['a', 'b']);
  const { notices } = (await call('GET', '/health')).body;
  expect(notices).toMatchObject([{ title: 'Two adapters call themselves FTDI FT232R (0001)' }]);

  // One goes: its board must not take the other's.
  bench.unplug('1-1.3');
  expect((await ports(1)).map(({ boundTo }) => boundTo?.boardId)).toEqual(['b']);
});

test('one socket powers one board', async () => {
  const power = { kind: 'usb-hub-port', socket: `${controller}:1.2` };
  expect((await call('POST', '/boards', { name: 'a', power })).status).toBe(201);
  expect((await call('POST', '/boards', { name: 'b', power })).body).toMatchObject({
    code: 'CONFLICT',
    field: 'power.socket',
  });
});
