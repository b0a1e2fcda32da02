import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeUsb } from '../../test/fakes/fakeUsb.ts';
import { usbServiceOn } from '../../test/fakes/usbServiceOn.ts';
import { createLogger } from '../base/logger.ts';
import type { UsbDeps, UsbService } from './index.ts';

const never = new AbortController().signal;
const socket = (ports: string) => `pci-0000:00:14.0-usb-0:${ports}`;
const keyboardKeys = 'e080ffdf01cfffff fffffffffffffffe';

let usb: FakeUsb;
let made: UsbService | null;

beforeEach(() => {
  usb = new FakeUsb();
  made = null;
  usb.rootHub(1);
  usb.plug('1-1', { ports: 4, product: 'Desk Hub' });
});
afterEach(() => {
  made?.dispose();
  usb.dispose();
  vi.unstubAllEnvs();
});

async function look(more: Partial<UsbDeps> = {}): Promise<UsbService> {
  made = usbServiceOn(usb, more);
  await made.refresh();
  return made;
}

/**
 * A uhubctl that keeps `off` or `power` in a file; with `broken` it says "sent" and changes nothing. `atSwitch` is run
 * last, in its shell, when it was told to switch.
 */
function installUhubctl({ broken = false, atSwitch = 'true' } = {}): { calls(): string[] } {
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
case "$*" in *"-a "*) ${atSwitch};; esac
echo "  Port 3: 0100 $(cat ${state})"
`,
    { mode: 0o755 },
  );
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  return { calls: () => readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n') };
}

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
  expect(service.tree().hubs.find((hub) => hub.hubId === socket('2'))?.method).toBe('uhubctl');
  await service.switchSocket(socket('2.3'), false, { method: 'auto', signal: never });
  expect(uhubctl.calls()[0]).toBe('-e -N -l 1-2 -p 3 -a off');
  expect(await service.isPowered(socket('2.3'), never)).toBe(false);
  await service.switchSocket(socket('2.3'), true, { method: 'auto', signal: never });
  expect(await service.isPowered(socket('2.3'), never)).toBe(true);
});

test('a hub that takes the command and does nothing is told, not believed', async () => {
  usb.plug('1-2', { ports: 4, oldKernel: true });
  installUhubctl({ broken: true });
  const service = await look();
  await expect(
    service.switchSocket(socket('2.3'), false, { method: 'auto', signal: never }),
  ).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: 'The hub took the command and did nothing: its port is still on',
  });
  expect(service.socket(socket('2.3'))?.powered).not.toBe(false);
});

test('a uhubctl that crashes after it switched has switched, and the log says so', async () => {
  usb.plug('1-2', { ports: 4, oldKernel: true });
  installUhubctl({ atSwitch: 'kill -SEGV $$' });
  const lines: string[] = [];
  const service = await look({ logger: createLogger((line) => lines.push(line)) });
  await service.switchSocket(socket('2.3'), false, { method: 'auto', signal: never });
  expect(await service.isPowered(socket('2.3'), never)).toBe(false);
  expect(lines.join('\n')).toMatch(/uhubctl failed after it had switched the port.*"1-2".*port=3/);
});

test('a uhubctl that fails before it switches has failed', async () => {
  usb.plug('1-2', { ports: 4, oldKernel: true });
  installUhubctl({ broken: true, atSwitch: 'exit 1' });
  const service = await look();
  const off = () => service.switchSocket(socket('2.3'), false, { method: 'auto', signal: never });
  await expect(off()).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: expect.stringMatching(/^uhubctl failed/),
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
