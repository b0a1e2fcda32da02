import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeUsb } from '../../test/fakes/fakeUsb.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import type { BoardId } from '../contract/index.ts';
import { NoticesService } from '../notices/index.ts';
import { UsbService } from './index.ts';

const never = new AbortController().signal;
const socket = (ports: string) => `pci-0000:00:14.0-usb-0:${ports}`;
const keyboardKeys = 'e080ffdf01cfffff fffffffffffffffe';

let usb: FakeUsb;
let boards: Map<string, BoardId[]>;
let services: UsbService[];
let notices: NoticesService;

beforeEach(() => {
  usb = new FakeUsb();
  boards = new Map();
  services = [];
  notices = new NoticesService(systemClock);
  usb.rootHub(1);
  usb.plug('1-1', { ports: 4, manufacturer: 'Genesys', product: 'USB2.0 Hub', serial: 'G1' });
});
afterEach(() => {
  for (const service of services) service.dispose();
  usb.dispose();
  vi.unstubAllEnvs();
});

/** A uhubctl that keeps `off` or `power` in a file; with `broken` it says "sent" and changes nothing. */
function installUhubctl(broken = false): { calls(): string[] } {
  const folder = path.join(usb.root, 'bin');
  mkdirSync(folder);
  const state = path.join(folder, 'state');
  writeFileSync(state, 'power');
  const change = broken
    ? 'true'
    : `case "$*" in *"-a off") echo off;; *"-a on") echo power;; *) cat ${state};; esac`;
  writeFileSync(
    path.join(folder, 'uhubctl'),
    `#!/bin/sh
echo "$*" >>${folder}/calls
now=$(${change})
[ -z "$now" ] || echo "$now" >${state}
echo "Current status for hub 1-2 [0409:55aa, USB 1.10, 4 ports, ppps]"
echo "  Port 3: 0100 $(cat ${state})"
`,
    { mode: 0o755 },
  );
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  return { calls: () => readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n') };
}

function make(): UsbService {
  const service = new UsbService({
    dir: usb.root,
    hubControl: usb.hubControl,
    boards: () => boards,
    notices,
    clock: systemClock,
    logger: silentLogger,
    sysDir: usb.sysDir,
    procDir: usb.procDir,
    devDir: usb.devDir,
    debounce: { quietMs: 5, maxWaitMs: 50 },
  });
  services.push(service);
  return service;
}

async function look(): Promise<UsbService> {
  const service = make();
  await service.refresh();
  return service;
}

const hubIn = (service: UsbService, hubId: string) => service.tree().hubs.find((hub) => hub.hubId === hubId);

test('the tree says what is plugged where, what hangs on it and whose board it is', async () => {
  usb.plug('1-1.2', { vendorId: '046D', productId: 'C31C', product: 'Keyboard K120' });
  usb.give('1-1.2', 'input', 'input7', { name: 'Keyboard K120', 'capabilities/key': keyboardKeys });
  usb.plug('1-1.3', { product: 'Dongle' });
  usb.give('1-1.3', 'tty', 'ttyUSB0');
  boards.set(socket('1.3'), ['beagle' as BoardId]);
  const service = await look();
  expect(hubIn(service, socket('1'))).toMatchObject({
    name: null,
    label: 'Genesys USB2.0 Hub in port 1',
    root: false,
    vendorId: '0409',
    serialNumber: 'G1',
    switching: 'per-port',
    method: 'disable',
    switchingProblem: null,
    indicators: false,
  });
  expect(hubIn(service, socket('1'))?.sockets).toMatchObject([
    { socketId: socket('1.1'), port: 1, powered: true, devices: [], boards: [] },
    {
      devices: [
        {
          name: '1-1.2',
          vendorId: '046d',
          productId: 'c31c',
          serialNumber: null,
          hubId: null,
          uses: [{ kind: 'keyboard', what: 'Keyboard K120' }],
        },
      ],
    },
    { devices: [{ uses: [{ kind: 'serial', what: '/dev/ttyUSB0' }] }], boards: ['beagle'] },
    { port: 4 },
  ]);
  // A board behind a hub is behind the hub's own socket too.
  const root = hubIn(service, 'pci-0000:00:14.0');
  expect(root?.sockets[0]).toMatchObject({ boards: ['beagle'], devices: [{ hubId: socket('1') }] });
});

test('a named hub names its sockets, over a restart and while it is unplugged, and no other hub takes the name', async () => {
  const service = make();
  await service.start();
  expect(service.labelOf(socket('1.3'))).toBe('Genesys USB2.0 Hub in port 1, port 3');
  expect(service.labelOf(socket('2'))).toBe('USB port 2 of this computer');
  await service.nameHub(socket('1'), 'desk hub');
  expect(service.labelOf(socket('1.3'))).toBe('desk hub, port 3');
  const again = make();
  await again.start();
  expect(again.labelOf(socket('1.3'))).toBe('desk hub, port 3');
  usb.unplug('1-1');
  await again.refresh();
  expect(again.labelOf(socket('1.3'))).toBe('desk hub, port 3');
  usb.plug('1-1', { ports: 4, product: 'Other Hub' });
  await again.refresh();
  expect(again.labelOf(socket('1.3'))).toBe('Other Hub in port 1, port 3');
  await expect(again.nameHub(socket('9'), 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a damaged file of names is kept and told', async () => {
  writeFileSync(path.join(usb.root, 'usb-hubs.json'), '{ half');
  const service = make();
  await service.start();
  expect(service.labelOf(socket('1.3'))).toContain('Genesys');
  expect(notices.list()).toMatchObject([{ title: 'The names of USB hubs could not be read' }]);
});

test('several controllers are told apart in the labels of their ports', async () => {
  usb.rootHub(3, { controller: '0000:02:00.0' });
  const service = await look();
  expect(service.labelOf('pci-0000:02:00.0-usb-0:2')).toBe('USB port 2 of this computer (0000:02:00.0)');
});

test('each hub is asked once, and again when it was replugged', async () => {
  usb.says('1-1', 0x0080);
  const service = await look();
  expect(hubIn(service, socket('1'))).toMatchObject({ switching: 'ganged', indicators: true });
  await service.refresh();
  expect(usb.timesAsked()).toBe(1);
  usb.unplug('1-1');
  await service.refresh();
  usb.plug('1-1', { ports: 4 });
  usb.says('1-1', 0x0002);
  await service.refresh();
  expect(usb.timesAsked()).toBe(2);
  expect(hubIn(service, socket('1'))).toMatchObject({
    switching: 'none',
    method: null,
    switchingProblem: 'It says that it cannot switch its ports',
  });
});

test('a hub that does not answer is unknown, with the reason, and can be tried', async () => {
  usb.says('1-1', 'EPIPE');
  const service = await look();
  expect(hubIn(service, socket('1'))).toMatchObject({
    switching: 'unknown',
    method: 'disable',
    switchingProblem: 'How it switches is not known: it did not answer (EPIPE)',
  });
});

test('a node that is not there yet is asked once it came', async () => {
  const node = usb.node('1-1');
  rmSync(node);
  const service = await look();
  expect(hubIn(service, socket('1'))?.switching).toBe('unknown');
  writeFileSync(node, '');
  await service.refresh();
  expect(hubIn(service, socket('1'))?.switching).toBe('per-port');
});

test('a socket switches off and on, and its power is read back', async () => {
  const service = await look();
  let sent = 0;
  const options = { method: 'auto', signal: never, onSend: () => (sent += 1) } as const;
  await service.switchSocket(socket('1.3'), false, options);
  expect(usb.disabled('1-1-port3')).toBe('1');
  expect(await service.isPowered(socket('1.3'), never)).toBe(false);
  expect(service.socket(socket('1.3'))?.powered).toBe(false);
  expect(usb.disabled('1-1-port2')).toBe('0');
  await service.switchSocket(socket('1.3'), true, options);
  expect(await service.isPowered(socket('1.3'), never)).toBe(true);
  expect(sent).toBe(2);
});

test('both halves of a USB 3 socket switch, and either keeps it powered', async () => {
  usb.rootHub(2, { speed: 5000 });
  usb.pair('usb1-port2', 'usb2-port1');
  const service = await look();
  await service.switchSocket(socket('2'), false, { method: 'auto', signal: never });
  expect([usb.disabled('usb1-port2'), usb.disabled('usb2-port1')]).toEqual(['1', '1']);
  expect(await service.isPowered(socket('2'), never)).toBe(false);
  writeFileSync(
    path.join(usb.sysDir, 'devices/pci0000:00/0000:00:14.0/usb2/2-0:1.0/usb2-port1/disable'),
    '0\n',
  );
  expect(await service.isPowered(socket('2'), never)).toBe(true);
});

test('a ganged hub switches as a whole, and says so beforehand, with all that is behind it', async () => {
  usb.says('1-1', 0x0000);
  usb.plug('1-1.4', { ports: 2 });
  const service = await look();
  expect(service.consequences(socket('1.2'))).toEqual({
    switching: 'ganged',
    sockets: ['1.1', '1.2', '1.3', '1.4', '1.4.1', '1.4.2'].map(socket),
    refuses: null,
  });
  await service.switchSocket(socket('1.2'), false, { method: 'auto', signal: never });
  expect([1, 2, 3, 4].map((port) => usb.disabled(`1-1-port${port}`))).toEqual(['1', '1', '1', '1']);
  expect(usb.disabled('1-1.4-port1')).toBe('0');
});

test('a socket with a hub in it takes all sockets behind it along', async () => {
  const service = await look();
  expect(service.consequences(socket('1'))).toMatchObject({
    switching: 'alone',
    sockets: [socket('1'), ...[1, 2, 3, 4].map((port) => socket(`1.${port}`))],
  });
});

test('a hub that cannot switch is refused, but may be tried by name', async () => {
  usb.says('1-1', 0x0002);
  const service = await look();
  await expect(
    service.switchSocket(socket('1.3'), false, { method: 'auto', signal: never }),
  ).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { hint: expect.any(String) } });
  expect(usb.disabled('1-1-port3')).toBe('0');
  await service.switchSocket(socket('1.3'), false, { method: 'disable', signal: never });
  expect(usb.disabled('1-1-port3')).toBe('1');
});

test('on an older kernel uhubctl switches the very port and reads it back', async () => {
  usb.plug('1-2', { ports: 4, oldKernel: true });
  const uhubctl = installUhubctl();
  const service = await look();
  expect(hubIn(service, socket('2'))?.method).toBe('uhubctl');
  await service.switchSocket(socket('2.3'), false, { method: 'auto', signal: never });
  expect(uhubctl.calls()[0]).toBe('-e -N -l 1-2 -p 3 -a off');
  expect(await service.isPowered(socket('2.3'), never)).toBe(false);
  await service.switchSocket(socket('2.3'), true, { method: 'auto', signal: never });
  expect(await service.isPowered(socket('2.3'), never)).toBe(true);
});

test('a hub that takes the command and does nothing is told, not believed', async () => {
  usb.plug('1-2', { ports: 4, oldKernel: true });
  installUhubctl(true);
  const service = await look();
  await expect(
    service.switchSocket(socket('2.3'), false, { method: 'auto', signal: never }),
  ).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: 'The hub took the command and did nothing: its port is still on',
  });
  expect(service.socket(socket('2.3'))?.powered).not.toBe(false);
});

test('without the kernel switch and without uhubctl it says what to install', async () => {
  usb.plug('1-2', { ports: 4, oldKernel: true });
  const service = await look();
  await expect(
    service.switchSocket(socket('2.3'), false, { method: 'disable', signal: never }),
  ).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { hint: expect.stringContaining('uhubctl') } });
});

test('a hub that is not there is told by its name', async () => {
  const service = await look();
  await service.nameHub(socket('1'), 'desk hub');
  usb.unplug('1-1');
  await service.refresh();
  expect(await service.isPowered(socket('1.3'), never)).toBeNull();
  await expect(
    service.switchSocket(socket('1.3'), false, { method: 'auto', signal: never }),
  ).rejects.toMatchObject({
    code: 'DEVICE_GONE',
    message: 'The hub of desk hub, port 3 is not plugged in',
  });
});

test('the keyboard, the disk with / and the default route speak against switching off; a mouse does not', async () => {
  usb.plug('1-1.1', { product: 'Mouse' });
  usb.give('1-1.1', 'input', 'input3', { name: 'Mouse', 'capabilities/rel': '1943' });
  const service = await look();
  expect(service.consequences(socket('1')).refuses).toBeNull();

  usb.plug('1-1.2', { product: 'Keyboard' });
  usb.give('1-1.2', 'input', 'input4', { name: 'Keyboard', 'capabilities/key': keyboardKeys });
  usb.plug('1-1.3', { product: 'Disk' });
  const disk = usb.give('1-1.3', 'block', 'sda', { 'sda1/partition': '1' });
  symlinkSync(path.join(disk, 'sda1'), path.join(usb.sysDir, 'dev/block/8:1'));
  symlinkSync(path.join(disk, 'sda1'), path.join(usb.sysDir, 'class/block/sda1'));
  usb.plug('1-1.4', { product: 'LAN' });
  usb.give('1-1.4', 'net', 'eth1');
  await service.refresh();
  // Mounted and routed after the look: such things make no event.
  writeFileSync(path.join(usb.procDir, 'self/mountinfo'), '30 1 8:1 / / rw - ext4 /dev/sda1 rw\n');
  mkdirSync(path.join(usb.procDir, 'net'));
  writeFileSync(
    path.join(usb.procDir, 'net/route'),
    'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\neth1\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\n',
  );
  await service.nameHub(socket('1'), 'desk hub');
  expect(service.consequences(socket('1')).refuses).toBe(
    'the keyboard (Keyboard) hangs on desk hub, port 2; the disk with / hangs on desk hub, port 3; ' +
      'the network (eth1 with the default route) hangs on desk hub, port 4',
  );
  expect(service.consequences(socket('1.1')).refuses).toBeNull();
});

test('a device with two functions on a hub is its own device, not the hub', async () => {
  usb.plug('1-1.2', {});
  usb.give('1-1.2', 'tty', 'ttyACM0');
  usb.give('1-1.2', 'sound', 'card1');
  const service = await look();
  expect(hubIn(service, 'pci-0000:00:14.0')?.sockets[0]?.devices[0]?.uses).toEqual([]);
  expect(service.socket(socket('1.2'))?.devices[0]?.uses.map((use) => use.kind)).toEqual(['serial', 'audio']);
});

test('where a device is plugged follows its USB 3 half to the one socket', async () => {
  usb.rootHub(2, { speed: 5000 });
  usb.pair('usb1-port3', 'usb2-port1');
  usb.plug('2-1', { speed: 5000 });
  const service = await look();
  const folder = '/sys/devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/ttyACM0';
  expect(service.socketOf(folder)).toBe(socket('3'));
  expect(service.socketOf('/sys/devices/platform/serial8250/tty/ttyS0')).toBeNull();
});

test('a storm of fifty devices is one change, without anybody asking', async () => {
  usb.plug('1-2', { ports: 60 });
  const service = make();
  await service.start();
  await service.refresh();
  let changes = 0;
  const changed = new Promise<void>((resolve) => {
    service.onDidChange(() => {
      changes += 1;
      resolve();
    });
  });
  for (let port = 1; port <= 50; port += 1) usb.plug(`1-2.${port}`, {});
  await changed;
  await service.refresh();
  expect(hubIn(service, socket('2'))?.sockets.filter((one) => one.devices.length === 1)).toHaveLength(50);
  expect(changes).toBe(1);
});
