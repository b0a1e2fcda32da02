import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeUsb } from '../../test/fakes/fakeUsb.ts';
import { usbServiceOn } from '../../test/fakes/usbServiceOn.ts';
import { systemClock } from '../base/clock.ts';
import type { BoardId } from '../contract/index.ts';
import { NoticesService } from '../notices/index.ts';
import type { UsbService } from './index.ts';

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
});

function make(): UsbService {
  const service = usbServiceOn(usb, { notices, boards: () => boards });
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

test('whose a socket is: the hub by its USB 2 half, as long as that is there', async () => {
  const service = await look();
  const identity = { vendorId: '0409', productId: '55aa', serialNumber: 'G1' };
  expect(service.hubOf(socket('1.3'))).toEqual({ hubId: socket('1'), identity });
  expect(service.hubOf(socket('2.1'))).toBeNull();
  usb.unplug('1-1');
  usb.plug('1-1', { ports: 4, productId: '0610' });
  await service.refresh();
  expect(service.hubOf(socket('1.3'))?.identity).toEqual({
    vendorId: '0409',
    productId: '0610',
    serialNumber: null,
  });
  usb.rootHub(2, { speed: 5000 });
  usb.pair('usb1-port2', 'usb2-port2');
  usb.plug('2-2', { ports: 4, productId: '0620', speed: 5000 });
  await service.refresh();
  expect(service.hubOf(socket('2.1'))).toEqual({ hubId: socket('2'), identity: null });
  usb.plug('1-2', { ports: 4, productId: '0611' });
  await service.refresh();
  expect(service.hubOf(socket('2.1'))?.identity?.productId).toBe('0611');
});
