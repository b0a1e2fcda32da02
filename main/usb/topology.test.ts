import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeUsb } from '../../test/fakes/fakeUsb.ts';
import { readUsbDevices } from './sysfsUsb.ts';
import { buildTopology } from './topology.ts';

let usb: FakeUsb;
beforeEach(() => {
  usb = new FakeUsb();
});
afterEach(() => usb.dispose());

const look = async () => buildTopology(await readUsbDevices(usb.sysDir));
const socket = (ports: string) => `pci-0000:00:14.0-usb-0:${ports}`;

test('a machine without USB has no hubs', async () => {
  expect((await look()).hubs).toEqual([]);
});

test('each hub comes after the hub it is plugged into, each with all its sockets', async () => {
  usb.rootHub(1);
  usb.plug('1-2', { ports: 4 });
  usb.plug('1-2.4', { ports: 2 });
  usb.plug('1-2.4.1');
  const { hubs, sockets, socketOf } = await look();
  expect(hubs.map(({ hubId, root }) => [hubId, root])).toEqual([
    ['pci-0000:00:14.0', true],
    [socket('2'), false],
    [socket('2.4'), false],
  ]);
  expect(hubs[2]?.sockets.map((one) => one.socketId)).toEqual([socket('2.4.1'), socket('2.4.2')]);
  expect(sockets.get(socket('2.4.1'))).toMatchObject({ port: 1, hubId: socket('2.4') });
  expect(socketOf.get('1-2.4.1')).toBe(socket('2.4.1'));
});

test('both halves of a USB 3 hub are one hub, and so are their sockets, however the kernel numbers them', async () => {
  usb.rootHub(1, { ports: 6 });
  usb.rootHub(2, { ports: 2, speed: 10_000 });
  usb.pair('usb1-port5', 'usb2-port1');
  usb.plug('1-5', { ports: 4, product: 'USB2.0 Hub' });
  usb.plug('2-1', { ports: 4, speed: 5000, product: 'USB3.0 Hub' });
  for (const port of [1, 2, 3, 4]) usb.pair(`1-5-port${port}`, `2-1-port${port}`);
  usb.plug('2-1.3', { speed: 5000 });
  usb.plug('1-5.3');
  const { hubs, sockets } = await look();
  const desk = hubs.find((hub) => hub.hubId === socket('5'));
  expect(desk?.halves.map((half) => half.product)).toEqual(['USB2.0 Hub', 'USB3.0 Hub']);
  expect(desk?.sockets.map((one) => one.socketId)).toEqual([1, 2, 3, 4].map((port) => socket(`5.${port}`)));
  expect(sockets.get(socket('5.3'))?.devices.map((device) => device.name)).toEqual(['1-5.3', '2-1.3']);
  expect(sockets.get(socket('5.3'))?.halves.map((half) => half.hub.name)).toEqual(['1-5', '2-1']);
});

test('a USB 3 port that has no USB 2 half is not mixed up with the USB 2 port of its number', async () => {
  usb.rootHub(1, { ports: 2 });
  usb.rootHub(2, { ports: 2, speed: 5000 });
  usb.pair('usb1-port2', 'usb2-port1');
  usb.plug('1-1');
  usb.plug('2-2', { speed: 5000, ports: 1 });
  usb.plug('2-2.1', { speed: 5000 });
  const { sockets, socketOf } = await look();
  expect(sockets.get(socket('1'))?.devices.map((device) => device.name)).toEqual(['1-1']);
  expect(socketOf.get('2-2')).toBe('pci-0000:00:14.0-usbv3-0:2');
  expect(socketOf.get('2-2.1')).toBe('pci-0000:00:14.0-usbv3-0:2.1');
  expect([...sockets.keys()].sort()).toEqual(
    [socket('1'), socket('2'), 'pci-0000:00:14.0-usbv3-0:2', 'pci-0000:00:14.0-usbv3-0:2.1'].sort(),
  );
});

test('controllers are told apart', async () => {
  usb.rootHub(1);
  usb.rootHub(3, { controller: '0000:02:00.0' });
  expect((await look()).hubs.map((hub) => hub.hubId)).toEqual(['pci-0000:00:14.0', 'pci-0000:02:00.0']);
});

test('a device that leaves while it is looked at is left out', async () => {
  usb.rootHub(1);
  usb.plug('1-1');
  const { rmSync } = await import('node:fs');
  rmSync(`${usb.sysDir}/devices/pci0000:00/0000:00:14.0/usb1/1-1/idVendor`);
  expect((await readUsbDevices(usb.sysDir)).map((device) => device.name)).toEqual(['usb1']);
});
