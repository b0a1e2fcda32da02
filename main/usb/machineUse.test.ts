import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeUsb } from '../../test/fakes/fakeUsb.ts';
import { readMachineUse } from './machineUse.ts';

let usb: FakeUsb;
beforeEach(() => {
  usb = new FakeUsb();
  usb.rootHub(1);
  usb.plug('1-1');
});
afterEach(() => usb.dispose());

function block(node: string, folder: string, number: string, slaves: readonly string[] = []): string {
  usb.link('block', node, folder);
  for (const slave of slaves) mkdirSync(path.join(folder, 'slaves', slave), { recursive: true });
  symlinkSync(folder, path.join(usb.sysDir, 'dev/block', number));
  return folder;
}
const disk = () =>
  block('sda', path.join(usb.sysDir, 'devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/block/sda'), '8:0');
const mounts = (...lines: string[]) =>
  writeFileSync(path.join(usb.procDir, 'self/mountinfo'), lines.map((line) => `${line}\n`).join(''));

test('a mounted partition is its whole disk in use', () => {
  block('sda2', path.join(disk(), 'sda2'), '8:2');
  mounts('30 1 8:2 / / rw,noatime shared:1 - ext4 /dev/sda2 rw', '31 1 0:22 / /proc rw - proc proc rw');
  expect([...readMachineUse(usb).disks]).toEqual([['sda', ['/']]]);
});

test('LVM over encryption leads to the disk below', () => {
  block('sda3', path.join(disk(), 'sda3'), '8:3');
  block('dm-0', path.join(usb.sysDir, 'devices/virtual/block/dm-0'), '254:0', ['sda3']);
  block('dm-1', path.join(usb.sysDir, 'devices/virtual/block/dm-1'), '254:1', ['dm-0']);
  mounts('30 1 254:1 / /home rw - ext4 /dev/mapper/vg-home rw');
  expect(readMachineUse(usb).disks.get('sda')).toEqual(['/home']);
});

test('a mount point with spaces is told as it is, a file system without a device number by its source', () => {
  block('sda1', path.join(disk(), 'sda1'), '8:1');
  mounts('30 1 0:41 /@ /media/my\\040disk rw - btrfs /dev/sda1 rw');
  expect(readMachineUse(usb).disks.get('sda')).toEqual(['/media/my disk']);
});

test('swap is use', () => {
  block('sda4', path.join(disk(), 'sda4'), '8:4');
  writeFileSync(
    path.join(usb.procDir, 'swaps'),
    'Filename\tType\tSize\tUsed\tPriority\n/dev/sda4 partition\t1\t0\t-2\n',
  );
  expect(readMachineUse(usb).disks.get('sda')).toEqual(['swap']);
});

test('an interface holds the default route, also through a bridge', () => {
  mkdirSync(path.join(usb.procDir, 'net'));
  writeFileSync(
    path.join(usb.procDir, 'net/route'),
    'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\n' +
      'br0\t00000000\t0100A8C0\t0003\t0\t0\t100\t00000000\t0\n' +
      'eth7\t0000A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\n',
  );
  const zero = '0'.repeat(32);
  writeFileSync(
    path.join(usb.procDir, 'net/ipv6_route'),
    `${zero} 00 ${zero} 00 ${zero} 00000400 00000001 00000000 00000003 wlan0\n` +
      `${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200 lo\n`,
  );
  usb.link('net', 'br0', path.join(usb.sysDir, 'devices/virtual/net/br0'), { lower_eth1: '' });
  expect([...readMachineUse(usb).defaultRoutes].sort()).toEqual(['br0', 'eth1', 'wlan0']);
});

test('files full of nonsense are no use', () => {
  mounts('', 'x', '30 1 8:99999 / / rw', ' - ext4 /dev/none rw');
  writeFileSync(path.join(usb.procDir, 'swaps'), '\n\n\0');
  expect(readMachineUse(usb).disks.size).toBe(0);
});
