import { expect, test } from 'vitest';
import type { Port, PortMatch } from '../../../main/contract/index.ts';
import { matchWords, mayHaveMovedTo, wayOf, waysTo } from './foundBy.ts';

const identity = { vendorId: '0403', productId: '6001', serialNumber: 'A1' };
const serial: PortMatch = {
  by: 'serial',
  value: 'A1',
  vendorId: '0403',
  productId: '6001',
  interface: 0,
  path: null,
};
const port = (part: Partial<Port>): Port => ({
  ...identity,
  portId: 'p' as Port['portId'],
  device: '/dev/ttyUSB0',
  manufacturer: 'FTDI',
  product: 'FT232R',
  byId: null,
  byPath: 'pci-0-usb-0:2:1.0',
  ambiguousId: false,
  sharedSerial: false,
  interface: 0,
  socket: 'pci-0-usb-0:2',
  plugged: 'USB port 2 of this computer',
  looksLike: null,
  suggestedMatch: serial,
  access: { ok: true },
  boundTo: null,
  ...part,
});

test('the ways to find a port come in the order of preference, the core’s own first', () => {
  const place = { by: 'socket', value: 'pci-0-usb-0:2', interface: 0 };
  expect(waysTo(port({}))).toEqual([
    { way: 'adapter', match: serial },
    { way: 'kind', match: { ...place, occupant: identity } },
    { way: 'place', match: { ...place, occupant: null } },
  ]);
});

test('without a serial number there is no way to the very adapter', () => {
  const suggestedMatch: PortMatch = { by: 'socket', value: 'pci-0-usb-0:2', interface: 0 };
  const ways = waysTo(port({ serialNumber: null, suggestedMatch }));
  expect(ways.map(({ way }) => way)).toEqual(['kind', 'place']);
});

test('lines that share an interface are told apart by udev’s names alone', () => {
  const suggestedMatch: PortMatch = { by: 'id', value: 'usb-if00-port1' };
  expect(waysTo(port({ suggestedMatch })).map(({ match }) => match.by)).toEqual(['id', 'path', 'path']);
});

test('every way is recognised again', () => {
  for (const { way, match } of waysTo(port({}))) expect(wayOf(match)).toBe(way);
  expect(wayOf({ by: 'device', value: '/dev/lab/x' })).toBeNull();
});

test('a binding is said in words, with the socket as people call it', () => {
  const [, kind, place] = waysTo(port({}));
  expect(matchWords(serial)).toBe('the adapter with serial number A1, wherever it is plugged in');
  expect(kind && matchWords(kind.match, 'desk hub, port 3')).toBe(
    'the device 0403:6001 with serial number A1, only at desk hub, port 3',
  );
  expect(place && matchWords(place.match)).toBe('whatever is plugged in at pci-0-usb-0:2');
});

test('a device without a serial number may have moved; a free one of its kind is offered, never a taken one', () => {
  const ch340 = { vendorId: '1a86', productId: '7523', serialNumber: null };
  const match: PortMatch = { by: 'socket', value: 'pci-0-usb-0:9', interface: 0, occupant: ch340 };
  const free = port({ ...ch340, socket: 'pci-0-usb-0:4' });
  const taken = port({ ...ch340, socket: 'pci-0-usb-0:5', boundTo: { boardId: 'bee', role: 'power' } });
  expect(mayHaveMovedTo([free, taken, port({})], match)).toEqual([free]);
  // It is where it belongs: nothing moved.
  expect(mayHaveMovedTo([free, port({ ...ch340, socket: 'pci-0-usb-0:9' })], match)).toEqual([]);
  expect(mayHaveMovedTo([port({})], { ...match, occupant: identity })).toEqual([]);
});
