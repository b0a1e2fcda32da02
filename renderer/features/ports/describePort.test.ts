import { expect, test } from 'vitest';
import type { Port } from '../../../main/contract/index.ts';
import { findPort, portTitle, stableMatch, usbId } from './describePort.ts';

const port = (part: Partial<Port>): Port => ({
  portId: 'p' as Port['portId'],
  device: '/dev/ttyUSB0',
  vendorId: '0403',
  productId: '6001',
  manufacturer: 'FTDI',
  product: 'FT232R USB UART',
  serialNumber: 'A1',
  byId: 'usb-FTDI_A1-if00',
  byPath: 'pci-0000:00:14.0-usb-0:2:1.0',
  ambiguousId: false,
  sharedSerial: false,
  interface: 0,
  socket: 'pci-0000:00:14.0-usb-0:2',
  plugged: 'USB port 2 of this computer',
  looksLike: { kind: 'console', name: 'FTDI FT232R' },
  suggestedMatch: {
    by: 'serial',
    value: 'A1',
    vendorId: '0403',
    productId: '6001',
    interface: 0,
    path: null,
  },
  access: { ok: true },
  boundTo: null,
  ...part,
});

test('a port is bound the way the core suggests', () => {
  expect(stableMatch(port({}))).toMatchObject({ by: 'serial', value: 'A1' });
  expect(stableMatch(port({ suggestedMatch: { by: 'path', value: 'p' } }))).toEqual({
    by: 'path',
    value: 'p',
  });
});

test('a binding finds its port, and none where two could be meant', () => {
  const twins = [
    port({ device: '/dev/ttyUSB0' }),
    port({ device: '/dev/ttyUSB1', byPath: 'other', socket: 'pci-0000:00:14.0-usb-0:3' }),
  ];
  const serial = { by: 'serial', value: 'A1', vendorId: '0403', productId: '6001', interface: 0 } as const;
  expect(findPort(twins, { by: 'path', value: 'other' })?.device).toBe('/dev/ttyUSB1');
  expect(findPort(twins, { by: 'id', value: 'usb-FTDI_A1-if00' })).toBeNull();
  expect(findPort(twins, { ...serial, path: null })).toBeNull();
  expect(findPort(twins, { ...serial, path: 'other' })?.device).toBe('/dev/ttyUSB1');
  // Left alone: it may be the twin.
  expect(findPort(twins.slice(0, 1), { ...serial, path: 'other' })).toBeNull();
  expect(findPort(twins, { by: 'device', value: '/dev/lab/x' })).toBeNull();
});

test('a binding by socket finds the adapter it expects there, and no other', () => {
  const there = [port({})];
  const socket = { by: 'socket', value: 'pci-0000:00:14.0-usb-0:2', interface: 0 } as const;
  const ours = { vendorId: '0403', productId: '6001', serialNumber: 'A1' };
  expect(findPort(there, socket)).toBe(there[0]);
  expect(findPort(there, { ...socket, occupant: null })).toBe(there[0]);
  expect(findPort(there, { ...socket, occupant: ours })).toBe(there[0]);
  expect(findPort(there, { ...socket, occupant: { ...ours, serialNumber: null } })).toBeNull();
  expect(findPort(there, { ...socket, interface: 1 })).toBeNull();
});

test('a port without USB facts is still called something', () => {
  const bare = port({ product: null, manufacturer: null, vendorId: null });
  expect(portTitle(bare)).toBe('/dev/ttyUSB0');
  expect(usbId(bare)).toBeNull();
  expect(usbId(port({}))).toBe('0403:6001');
});
