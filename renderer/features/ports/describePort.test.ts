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
  access: { ok: true },
  boundTo: null,
  ...part,
});

test('a port is bound by its serial number, and by its socket where that number is not unique', () => {
  expect(stableMatch(port({}))).toEqual({ by: 'id', value: 'usb-FTDI_A1-if00' });
  expect(stableMatch(port({ ambiguousId: true })).by).toBe('path');
  expect(stableMatch(port({ byId: null })).by).toBe('path');
  expect(stableMatch(port({ byId: null, byPath: null }))).toEqual({ by: 'device', value: '/dev/ttyUSB0' });
});

test('a binding finds its port, and none where two could be meant', () => {
  const twins = [port({ device: '/dev/ttyUSB0' }), port({ device: '/dev/ttyUSB1', byPath: 'other' })];
  expect(findPort(twins, { by: 'path', value: 'other' })?.device).toBe('/dev/ttyUSB1');
  expect(findPort(twins, { by: 'id', value: 'usb-FTDI_A1-if00' })).toBeNull();
  expect(findPort(twins, { by: 'device', value: '/dev/lab/x' })).toBeNull();
});

test('a port without USB facts is still called something', () => {
  const bare = port({ product: null, manufacturer: null, vendorId: null });
  expect(portTitle(bare)).toBe('/dev/ttyUSB0');
  expect(usbId(bare)).toBeNull();
  expect(usbId(port({}))).toBe('0403:6001');
});
