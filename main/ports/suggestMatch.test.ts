import { expect, test } from 'vitest';
import { fakePort } from '../../test/fakes/fakePort.ts';
import { portMatch } from '../contract/index.ts';
import { matchPort } from './matchPort.ts';
import { hasClone, suggestMatch } from './suggestMatch.ts';

test('the first that can be had is suggested: serial number, socket, path, node', () => {
  const suggest = (port: ReturnType<typeof fakePort>) => suggestMatch(port, [port]);
  expect(suggest(fakePort({ serialNumber: 'A1', interface: 1, byId: 'usb-A1-if01' }))).toEqual({
    by: 'serial',
    value: 'A1',
    vendorId: '0403',
    productId: '6001',
    interface: 1,
    path: null,
  });
  // The by-id name of a device without a serial number is that of every device of its make.
  expect(suggest(fakePort({ socket: '1.3', byId: 'usb-FTDI-if00' }))).toEqual({
    by: 'socket',
    value: 'pci-0-usb-0:1.3',
    interface: 0,
    occupant: { vendorId: '0403', productId: '6001', serialNumber: null },
  });
  const noUsb = { vendorId: null, productId: null };
  expect(suggest(fakePort({ ...noUsb, byId: 'usb-x' }))).toEqual({ by: 'id', value: 'usb-x' });
  expect(suggest(fakePort({ ...noUsb, byPath: 'platform-x' }))).toEqual({ by: 'path', value: 'platform-x' });
  expect(suggest(fakePort({ ...noUsb, byPath: null, device: '/dev/ttyACM0' }))).toEqual({
    by: 'device',
    value: '/dev/ttyACM0',
  });
});

test('of clones each is suggested with its socket', () => {
  const clones = ['1', '2'].map((socket) => fakePort({ serialNumber: '0001', socket }));
  expect(clones.map((port) => hasClone(port, clones))).toEqual([true, true]);
  expect(clones.map((port) => suggestMatch(port, clones))).toMatchObject([
    { by: 'serial', value: '0001', path: 'pci-0-usb-0:1:1.0' },
    { by: 'serial', value: '0001', path: 'pci-0-usb-0:2:1.0' },
  ]);
});

test('the lines of one adapter are no clones of each other', () => {
  const lines = [0, 1, 2, 3].map((at) => fakePort({ serialNumber: 'A1', interface: at }));
  expect(lines.some((port) => hasClone(port, lines))).toBe(false);
});

test('where several ports share one interface udev counts them', () => {
  const lines = [0, 1].map((at) =>
    fakePort({
      serialNumber: 'A1',
      device: `/dev/ttyUSB${at}`,
      byId: `usb-M-if00-port${at}`,
      byPath: `pci-0-usb-0:1:1.0-port${at}`,
    }),
  );
  expect(lines.map((port) => suggestMatch(port, lines))).toEqual([
    { by: 'id', value: 'usb-M-if00-port0' },
    { by: 'id', value: 'usb-M-if00-port1' },
  ]);
});

test('whatever is suggested is a valid match and finds its own port again', () => {
  const bench = [
    fakePort({ serialNumber: 'A1', socket: '1' }),
    fakePort({ serialNumber: '0001', socket: '2' }),
    fakePort({ serialNumber: '0001', socket: '3' }),
    fakePort({ socket: '4', byId: 'usb-same', ambiguousId: true }),
    fakePort({ socket: '5', byId: 'usb-same', ambiguousId: true }),
    ...[0, 1].map((at) => fakePort({ serialNumber: 'B', socket: '6', interface: at })),
  ];
  for (const port of bench) {
    const match = portMatch.parse(suggestMatch(port, bench));
    expect(match.by).not.toBe('device');
    if (match.by !== 'device') expect(matchPort(match, bench, [])).toEqual({ is: 'found', port });
  }
});
