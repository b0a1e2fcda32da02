import { expect, test } from 'vitest';
import { UsbDevices } from './usbDevices.ts';

const port = (vendorId: string, productId: string, more: object = {}) => ({
  vendorId,
  productId,
  manufacturer: null,
  product: null,
  interface: 0,
  ...more,
});

test('what is commonly on a bench is known by its numbers', () => {
  const devices = new UsbDevices();
  const kind = (vendorId: string, productId: string, more: object = {}) =>
    devices.looksOf(port(vendorId, productId, more))?.kind;
  expect(kind('0403', '6001')).toBe('console');
  expect(kind('10c4', 'ea60')).toBe('console');
  expect(kind('1a86', '7523')).toBe('console');
  expect(kind('067b', '2303')).toBe('console');
  expect(kind('04d8', '00dd')).toBe('console');
  expect(kind('0d28', '0204')).toBe('debugger');
  expect(kind('0483', '374b')).toBe('debugger');
  expect(kind('1366', 'ffff')).toBe('debugger');
  expect(kind('2e8a', '000c')).toBe('debugger');
  expect(kind('2e8a', '000a')).toBe('board');
  expect(kind('2341', '0043')).toBe('board');
  expect(kind('303a', '1001')).toBe('board');
  expect(kind('1d6b', '0104')).toBe('board');
  expect(kind('2c7c', '0125')).toBe('modem');
});

test('the first line of an FT2232 may be JTAG, the second is a console', () => {
  const devices = new UsbDevices();
  const kinds = [0, 1].map((at) => devices.looksOf(port('0403', '6010', { interface: at }))?.kind);
  expect(kinds).toEqual(['debugger', 'console']);
});

test('what a device says of itself wins over borrowed numbers', () => {
  const looks = new UsbDevices().looksOf(port('0403', '6001', { product: 'ACM Power Cable v2' }));
  expect(looks).toEqual({ kind: 'power-cable', name: 'ACM Power Cable v2' });
});

test('what nobody knows is said to be nothing', () => {
  const devices = new UsbDevices();
  expect(devices.looksOf(port('dead', 'beef'))).toBeNull();
  expect(devices.looksOf({ ...port('', ''), vendorId: null, productId: null })).toBeNull();
});

test('a table with a mistake is refused', () => {
  const device = { vendor: '0403', products: ['6001'], name: 'x', kind: 'console' };
  const table = (devices: object[]) => ({ comment: [], texts: [], devices });
  expect(() => new UsbDevices(table([device]))).not.toThrow();
  expect(() => new UsbDevices(table([device, device]))).toThrow('0403:6001 twice');
  expect(() => new UsbDevices(table([{ ...device, vendor: '403' }]))).toThrow();
  expect(() => new UsbDevices(table([{ ...device, kind: 'toaster' }]))).toThrow();
});
