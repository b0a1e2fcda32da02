import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../main/base/logger.ts';
import { port as portSchema } from '../../main/contract/index.ts';
import { type PortsDeps, PortsService } from '../../main/ports/index.ts';
import { type FakePort, FakeUdev } from '../fakes/fakeUdev.ts';
import { openPtyPair } from '../fakes/ptyPair.ts';

const realPath = process.env.PATH ?? '';
let udev: FakeUdev;
let dir: string;
let devDir: string;
let services: PortsService[];

async function start(deps: Partial<PortsDeps> = {}): Promise<PortsService> {
  const service = new PortsService({ logger: silentLogger, devDir, sysDir: path.join(dir, 'sys'), ...deps });
  services.push(service);
  await service.start();
  return service;
}

/** A port with its node in our own /dev. */
function plug(tty: string, properties: Record<string, string> = {}): FakePort {
  writeFileSync(path.join(devDir, tty), '');
  return { device: path.join(devDir, tty), properties };
}

const ftdi = {
  ID_VENDOR_ENC: 'FTDI\\x20Ltd',
  ID_VENDOR_ID: '0403',
  ID_MODEL_ID: '6015',
  ID_MODEL: 'FT230X_Basic_UART',
  ID_MODEL_ENC: 'FT230X\\x20Basic\\x20UART',
  ID_SERIAL_SHORT: 'DN05YKXD',
  DEVLINKS:
    '/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0 /dev/serial/by-id/usb-FTDI_FT230X_Basic_UART_DN05YKXD-if00-port0',
};
const clone = (socket: number) => ({
  ID_VENDOR_ID: '1a86',
  ID_MODEL_ID: '7523',
  ID_MODEL_FROM_DATABASE: 'CH340 serial converter',
  DEVLINKS: `/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0 /dev/serial/by-path/pci-0000:00:14.0-usb-0:${socket}:1.0-port0`,
});

beforeEach(async () => {
  udev = new FakeUdev();
  process.env.PATH = `${udev.binDir}:${realPath}`;
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-ports-'));
  devDir = path.join(dir, 'dev');
  mkdirSync(devDir);
  services = [];
});
afterEach(async () => {
  for (const service of services) service.dispose();
  process.env.PATH = realPath;
  await rm(dir, { recursive: true, force: true });
  udev.dispose();
});

test('a port is listed with all that udev knows of it', async () => {
  udev.setPorts([plug('ttyUSB0', ftdi), plug('ttyS0', { ID_MODEL: 'no_usb' })]);
  const ports = await start();
  expect(ports.list()).toEqual([
    {
      portId: 'pci-0000:00:14.0-usb-0:2:1.0-port0',
      device: path.join(devDir, 'ttyUSB0'),
      vendorId: '0403',
      productId: '6015',
      manufacturer: 'FTDI Ltd',
      product: 'FT230X Basic UART',
      serialNumber: 'DN05YKXD',
      byId: 'usb-FTDI_FT230X_Basic_UART_DN05YKXD-if00-port0',
      byPath: 'pci-0000:00:14.0-usb-0:2:1.0-port0',
      ambiguousId: false,
      sharedSerial: false,
      interface: 0,
      socket: 'pci-0000:00:14.0-usb-0:2',
      looksLike: { kind: 'console', name: 'FTDI FT-X' },
      suggestedMatch: {
        by: 'serial',
        value: 'DN05YKXD',
        vendorId: '0403',
        productId: '6015',
        interface: 0,
        path: null,
      },
      access: { ok: true },
    },
  ]);
  expect(portSchema.safeParse({ ...ports.list()[0], plugged: null, boundTo: null }).success).toBe(true);
});

test('ports come in the order people count them', async () => {
  udev.setPorts(['ttyUSB10', 'ttyUSB2', 'ttyACM1'].map((tty) => plug(tty)));
  const names = (await start()).list().map((port) => path.basename(port.device));
  expect(names).toEqual(['ttyACM1', 'ttyUSB2', 'ttyUSB10']);
});

test('clones that share a by-id are flagged, refused by id and found by path', async () => {
  udev.setPorts([plug('ttyUSB0', clone(5)), plug('ttyUSB1', clone(6)), plug('ttyUSB2', ftdi)]);
  const ports = await start();
  expect(ports.list().map((port) => port.ambiguousId)).toEqual([true, true, false]);
  const byId = { by: 'id', value: 'usb-1a86_USB_Serial-if00-port0' } as const;
  expect(ports.resolve(byId)).toBeNull();
  expect(() => ports.locate(byId)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  const second = ports.resolve({ by: 'path', value: 'pci-0000:00:14.0-usb-0:6:1.0-port0' });
  expect(second?.device).toBe(path.join(devDir, 'ttyUSB1'));
});

test('a port is found by identity whatever number it has now', async () => {
  const match = { by: 'id', value: ftdi.DEVLINKS.split('/').at(-1) ?? '' } as const;
  udev.setPorts([plug('ttyUSB0', ftdi)]);
  const ports = await start();
  expect(ports.resolve(match)?.device).toBe(path.join(devDir, 'ttyUSB0'));
  udev.setPorts([plug('ttyUSB7', ftdi)]);
  unlinkSync(path.join(devDir, 'ttyUSB0'));
  await ports.refresh();
  expect(ports.locate(match).device).toBe(path.join(devDir, 'ttyUSB7'));
  udev.setPorts([]);
  unlinkSync(path.join(devDir, 'ttyUSB7'));
  await ports.refresh();
  expect(ports.resolve(match)).toBeNull();
  expect(() => ports.locate(match)).toThrow(expect.objectContaining({ code: 'DEVICE_GONE' }));
});

test('a number that was dealt anew never leads to the wrong port, even before the list has caught up', async () => {
  const byPath = path.join(devDir, 'serial/by-path');
  mkdirSync(byPath, { recursive: true });
  const link = (name: string, tty: string) => symlinkSync(path.join(devDir, tty), path.join(byPath, name));
  const at = (socket: number) => ({ DEVLINKS: `/dev/serial/by-path/socket-${socket}` });
  udev.setPorts([plug('ttyACM0', at(1)), plug('ttyACM1', at(2))]);
  link('socket-1', 'ttyACM0');
  link('socket-2', 'ttyACM1');
  const ports = await start();
  const device = (socket: number) =>
    ports.resolve({ by: 'path', value: `socket-${socket}` })?.device.replace(`${devDir}/`, '') ?? null;
  expect([device(1), device(2)]).toEqual(['ttyACM0', 'ttyACM1']);

  // The hub lost power: socket 2 is back first, as ttyACM0; udevadm says nothing yet.
  for (const name of ['socket-1', 'socket-2']) unlinkSync(path.join(byPath, name));
  link('socket-2', 'ttyACM0');
  expect([device(1), device(2)]).toEqual([null, 'ttyACM0']);
  link('socket-1', 'ttyACM1');
  expect([device(1), device(2)]).toEqual(['ttyACM1', 'ttyACM0']);
});

test('a node behind which another device answers by now is nobody’s, until the list has caught up', async () => {
  const sys = path.join(dir, 'sys');
  const plugged = (tty: string, socket: number, serial: string) => {
    const usb = path.join(sys, `devices/pci0000:00/0000:00:14.0/usb1/1-${socket}`);
    const contact = path.join(usb, `1-${socket}:1.2`);
    mkdirSync(contact, { recursive: true });
    for (const [name, text] of Object.entries({ idVendor: '0403', idProduct: '6001', serial }))
      writeFileSync(path.join(usb, name), `${text}\n`);
    writeFileSync(path.join(contact, 'bInterfaceNumber'), '02\n');
    mkdirSync(path.join(sys, 'class/tty', tty), { recursive: true });
    symlinkSync(contact, path.join(sys, 'class/tty', tty, 'device'));
    plug(tty);
  };
  plugged('ttyUSB0', 3, 'A 1');
  const ports = await start();
  expect(ports.list()).toMatchObject([
    { serialNumber: 'A_1', interface: 2, socket: 'pci-0000:00:14.0-usb-0:3' },
  ]);
  const match = ports.list()[0]?.suggestedMatch ?? { by: 'device', value: '/dev/none' };
  expect(match).toMatchObject({ by: 'serial', value: 'A_1', interface: 2 });
  expect(ports.resolve(match)?.device).toBe(path.join(devDir, 'ttyUSB0'));
  unlinkSync(path.join(sys, 'class/tty/ttyUSB0/device'));
  plugged('ttyUSB0', 4, 'B2');
  expect(ports.resolve(match)).toBeNull();
  expect(() => ports.locate(match)).toThrow(expect.objectContaining({ code: 'DEVICE_GONE' }));
});

test('plug and unplug are told by themselves, each once', async () => {
  const ports = await start();
  const counts: number[] = [];
  ports.onDidChange(() => counts.push(ports.list().length));
  await expect.poll(() => udev.monitors().length).toBe(1);
  udev.setPorts([plug('ttyACM0')]);
  udev.announce();
  await expect.poll(() => counts, { timeout: 5000, interval: 10 }).toEqual([1]);
  udev.setPorts([]);
  unlinkSync(path.join(devDir, 'ttyACM0'));
  udev.announce();
  await expect.poll(() => counts, { timeout: 5000, interval: 10 }).toEqual([1, 0]);
  expect(ports.revision).toBe(2);
});

test('a storm of fifty events is one look, and no change is told when nothing changed', async () => {
  udev.setPorts([plug('ttyACM0')]);
  const ports = await start();
  await expect.poll(() => udev.monitors().length).toBe(1);
  await sleep(500);
  let told = 0;
  ports.onDidChange(() => {
    told += 1;
  });
  const before = udev.enumerations();
  udev.announce(50);
  await expect.poll(() => udev.enumerations(), { timeout: 5000 }).toBeGreaterThan(before);
  await sleep(800);
  expect(udev.enumerations() - before).toBe(1);
  expect(told).toBe(0);
});

test('udev is asked once for all ports, however many came at once', async () => {
  const many = Array.from({ length: 50 }, (_, index) =>
    plug(`ttyUSB${index}`, { ...ftdi, ID_SERIAL_SHORT: `S${index}` }),
  );
  udev.setPorts(many);
  const ports = await start();
  expect(ports.list().map(({ product, serialNumber }) => [product, serialNumber])).toEqual(
    many.map((_, index) => ['FT230X Basic UART', `S${index}`]),
  );
  expect(udev.queries()).toEqual([many.map(({ device }) => device).join(' ')]);
});

test('a port that left between the list and the question takes no other along', async () => {
  udev.setPorts([plug('ttyUSB0', ftdi)]);
  plug('ttyACM7');
  const ports = await start();
  expect(ports.list().map(({ product, byPath }) => [product, byPath !== null])).toEqual([
    [null, false],
    ['FT230X Basic UART', true],
  ]);
});

test('what udev was too slow to tell is asked for again without an event', async () => {
  udev.setPorts([plug('ttyUSB0', ftdi)]);
  udev.hangOnce();
  const ports = await start();
  expect(ports.list()).toMatchObject([{ device: path.join(devDir, 'ttyUSB0'), product: null }]);
  await expect.poll(() => ports.list()[0]?.product, { timeout: 20_000 }).toBe('FT230X Basic UART');
}, 60_000);

test('a monitor that dies is started again, and what it missed is seen', async () => {
  const ports = await start();
  await expect.poll(() => udev.monitors().length).toBe(1);
  const [first] = udev.monitors();
  process.kill(first ?? 0, 'SIGKILL');
  await expect.poll(() => udev.monitors().length).toBe(0);
  udev.setPorts([{ device: '/dev/ttyACM250', properties: {} }]);
  await expect.poll(() => ports.list().length, { timeout: 10_000 }).toBe(1);
  expect(udev.monitors()).toHaveLength(1);
  expect(udev.monitors()).not.toContain(first);
});

test('after dispose no monitor is left behind', async () => {
  const ports = await start();
  await expect.poll(() => udev.monitors().length).toBe(1);
  ports.dispose();
  await expect.poll(() => udev.monitors().length).toBe(0);
  await sleep(1200);
  expect(udev.monitors()).toEqual([]);
});

test('without udevadm ports still come from /dev and sysfs, live', async () => {
  process.env.PATH = path.join(dir, 'nothing');
  const usb = path.join(dir, 'sys/devices/usb1/1-2');
  mkdirSync(path.join(usb, '1-2:1.0'), { recursive: true });
  const descriptors = { idVendor: '1D50', idProduct: '6018', product: 'Power Cable', serial: 'C7' };
  for (const [name, text] of Object.entries(descriptors)) writeFileSync(path.join(usb, name), `${text}\n`);
  mkdirSync(path.join(dir, 'sys/class/tty/ttyACM0'), { recursive: true });
  symlinkSync(path.join(usb, '1-2:1.0'), path.join(dir, 'sys/class/tty/ttyACM0/device'));
  mkdirSync(path.join(devDir, 'serial/by-id'), { recursive: true });
  symlinkSync(path.join(devDir, 'ttyACM0'), path.join(devDir, 'serial/by-id/usb-Cable_C7-if00'));

  const ports = await start();
  expect(ports.list()).toEqual([]);
  plug('ttyACM0');
  await expect
    .poll(() => ports.list(), { timeout: 5000, interval: 20 })
    .toMatchObject([
      {
        device: path.join(devDir, 'ttyACM0'),
        vendorId: '1d50',
        productId: '6018',
        manufacturer: null,
        product: 'Power Cable',
        serialNumber: 'C7',
        byId: 'usb-Cable_C7-if00',
        byPath: null,
      },
    ]);
  unlinkSync(path.join(devDir, 'ttyACM0'));
  await expect.poll(() => ports.list(), { timeout: 5000, interval: 20 }).toEqual([]);
});

test('a port whose node is missing says so instead of being hidden', async () => {
  udev.setPorts([{ device: '/dev/ttyACM250', properties: {} }]);
  expect((await start()).list()).toMatchObject([
    { device: '/dev/ttyACM250', access: { ok: false, reason: '/dev/ttyACM250 is not there' } },
  ]);
});

test('a link of the user resolves to the pty behind it, and to nothing once it is gone', async () => {
  const ports = await start();
  const pair = await openPtyPair(path.join(dir, 'a'), path.join(dir, 'b'));
  const match = { by: 'device', value: pair.a } as const;
  expect(ports.resolve(match)).toEqual({ device: expect.stringMatching(/^\/dev\/pts\/\d+$/), port: null });
  await pair.close();
  expect(ports.resolve(match)).toBeNull();
  writeFileSync(path.join(dir, 'file'), '');
  expect(ports.resolve({ by: 'device', value: path.join(dir, 'file') })).toBeNull();
});

test('who holds a device is named by pid and command, but not who keeps the pty alive, and not we', async () => {
  const ports = await start();
  const pair = await openPtyPair(path.join(dir, 'a'), path.join(dir, 'b'));
  try {
    expect(await ports.holders(pair.a)).toEqual([]);
    const holder = spawn('sh', ['-c', `exec sleep 31 < ${pair.a}`], { stdio: 'ignore' });
    try {
      await expect.poll(() => ports.holders(pair.a)).toEqual([{ pid: holder.pid, command: 'sleep 31' }]);
      expect(await ports.holders(pair.b)).toEqual([]);
    } finally {
      holder.kill('SIGKILL');
    }
  } finally {
    await pair.close();
  }
});
