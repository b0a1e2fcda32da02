import { expect, test } from 'vitest';
import { type PortMatch, portMatch } from '../contract/index.ts';
import { meanSamePort } from './samePort.ts';

const make = (match: object) => portMatch.parse(match);
const ids = { vendorId: '0403', productId: '6001' };
const socket = 'pci-0000:00:14.0-usb-0:1.3';
const both = (a: PortMatch, b: PortMatch) => {
  expect(meanSamePort(a, b)).toBe(meanSamePort(b, a));
  return meanSamePort(a, b);
};

test('hub and port, and the by-path name of the same socket, are one port', () => {
  const bySocket = make({ by: 'socket', value: socket, interface: 2 });
  expect(both(bySocket, make({ by: 'path', value: `${socket}:1.2` }))).toBe(true);
  expect(both(bySocket, make({ by: 'path', value: `${socket}:1.2-port0` }))).toBe(true);
  expect(both(bySocket, make({ by: 'path', value: `${socket}:1.0` }))).toBe(false);
  expect(both(bySocket, make({ by: 'path', value: `${socket}.1:1.2` }))).toBe(false);
  expect(both(bySocket, make({ by: 'socket', value: socket }))).toBe(true);
  expect(both(make({ by: 'path', value: 'a:1.0-port0' }), make({ by: 'path', value: 'a:1.0-port1' }))).toBe(
    false,
  );
  expect(
    both(
      make({ by: 'path', value: `${socket}:1.0-port0` }),
      make({ by: 'path', value: `${socket}:1.0-port1` }),
    ),
  ).toBe(false);
});

test('two known devices may use one socket in turn', () => {
  const at = (serialNumber: string | null) =>
    make({ by: 'socket', value: socket, occupant: { ...ids, serialNumber } });
  expect(both(at('A1'), at('A2'))).toBe(false);
  expect(both(at('A1'), at('A1'))).toBe(true);
  expect(both(at('A1'), make({ by: 'socket', value: socket }))).toBe(true);
});

test('clones are two ports where each is bound by its socket, and one where either is not', () => {
  const clone = (path: string | null) => make({ by: 'serial', value: '0001', ...ids, path });
  expect(both(clone('p1'), clone('p2'))).toBe(false);
  expect(both(clone('p1'), clone('p1'))).toBe(true);
  expect(both(clone('p1'), clone(null))).toBe(true);
  expect(both(clone(null), make({ by: 'serial', value: '0001', ...ids, productId: '6010' }))).toBe(false);
});

test('a serial number and the socket its device is expected in are one port', () => {
  const serial = make({ by: 'serial', value: 'A1', ...ids, interface: 0 });
  const at = (serialNumber: string, line: number) =>
    make({ by: 'socket', value: socket, interface: line, occupant: { ...ids, serialNumber } });
  expect(both(serial, at('A1', 0))).toBe(true);
  expect(both(serial, at('A1', 1))).toBe(false);
  expect(both(serial, at('A2', 0))).toBe(false);
});
