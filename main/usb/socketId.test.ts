import { expect, test } from 'vitest';
import { controllerId, socketIdOf } from './socketId.ts';

// Folder in sysfs, and the name udev's path_id gives on such a machine (before `:1.0` of an interface).
const known = [
  ['/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.3', 'pci-0000:00:14.0-usb-0:1.3'],
  ['/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.3/1-1.3:1.0/ttyUSB0', 'pci-0000:00:14.0-usb-0:1.3'],
  // Behind PCI bridges (a dock): the function itself gives the name.
  [
    '/sys/devices/pci0000:00/0000:00:1d.4/0000:3a:00.0/0000:3b:02.0/0000:3c:00.0/usb3/3-2',
    'pci-0000:3c:00.0-usb-0:2',
  ],
  // A PCI domain of more than 16 bits.
  ['/sys/devices/pci10000:e0/10000:e0:1d.0/usb1/1-4', 'pci-10000:e0:1d.0-usb-0:4'],
  // Raspberry Pi 3, 4 and 5.
  ['/sys/devices/platform/soc/3f980000.usb/usb1/1-1/1-1.2', 'platform-3f980000.usb-usb-0:1.2'],
  [
    '/sys/devices/platform/scb/fd500000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0/usb1/1-1/1-1.4',
    'platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.4',
  ],
  [
    '/sys/devices/platform/axi/1000120000.pcie/1f00200000.usb/xhci-hcd.0/usb1/1-1',
    'platform-xhci-hcd.0-usb-0:1',
  ],
  ['/sys/devices/platform/soc/2100000.bus/2184200.usb/ci_hdrc.1/usb1/1-1', 'platform-ci_hdrc.1-usb-0:1'],
  ['/sys/devices/platform/vhci_hcd.0/usb5/5-1', 'platform-vhci_hcd.0-usb-0:1'],
] as const;

test.each(known)('%s is %s', (folder, socketId) => {
  expect(socketIdOf(folder)).toBe(socketId);
});

test('a root hub and what is no USB device are in no socket', () => {
  expect(socketIdOf('/sys/devices/pci0000:00/0000:00:14.0/usb1')).toBeNull();
  expect(socketIdOf('/sys/devices/pci0000:00/0000:00:14.0/usb1/1-0:1.0')).toBeNull();
  expect(socketIdOf('/sys/devices/pnp0/00:04/tty/ttyS0')).toBeNull();
  expect(socketIdOf('')).toBeNull();
});

test('a controller of unknown kind still has a name', () => {
  expect(controllerId('/sys/devices/odd/hcd.7')).toBe('hcd.7');
});
