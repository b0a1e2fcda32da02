import { beforeEach, expect, test } from 'vitest';
import { fakePort } from '../../test/fakes/fakePort.ts';
import { gadget } from '../../test/fakes/fakeSockets.ts';
import { type NewBoardInput, newBoard, type PortMatch, type UsbDevice } from '../contract/index.ts';
import { type DetectedPort, meanSamePort } from '../ports/index.ts';
import { OwnSocket } from './ownSocket.ts';

const hub = 'pci-0-usb-0:1';
const socket = `${hub}.2`;
const ftdi = { vendorId: '0403', productId: '6001', serialNumber: 'A1' };

const device = (part: Partial<UsbDevice> = {}): UsbDevice => ({ ...gadget, name: '1-1.2', ...part });

/** By socket; a socket that is not here has no hub now. */
let plugged: Map<string, UsbDevice[]>;
let ports: DetectedPort[];
let own: OwnSocket;

beforeEach(() => {
  plugged = new Map([[socket, []]]);
  ports = [];
  const usb = {
    socket: (socketId: string) => {
      const devices = plugged.get(socketId);
      return devices === undefined
        ? null
        : { socketId, port: 2, label: 'port 2', powered: true, devices, boards: [] };
    },
    hubOf: (socketId: string) =>
      plugged.has(socketId) ? { hubId: socketId.slice(0, socketId.lastIndexOf('.')), identity: null } : null,
  };
  const resolve = (match: PortMatch) => {
    const port = ports.find((one) => meanSamePort(one.suggestedMatch, match));
    return port ? { device: port.device, port } : null;
  };
  own = new OwnSocket(usb, { resolve });
});

const look = (board: Partial<NewBoardInput> = {}) =>
  own.look(newBoard.parse({ name: 'b', usbSocket: socket, ...board }));
const there = (is: boolean) => ({ socket, there: is });

test('what is in the socket is the board’s own device, whoever it says it is', () => {
  expect(look()).toEqual(there(false));
  plugged.set(socket, [device()]);
  expect(look()).toEqual(there(true));
  plugged.set(socket, [device({ vendorId: '0451', productId: 'd022' })]);
  expect(look()).toEqual(there(true));
});

test('without a socket, or without its hub, there is nothing to watch', () => {
  expect(look({ usbSocket: null })).toBeNull();
  plugged.delete(socket);
  expect(look()).toBeNull();
});

test('a socket on the hub that the outlet switches is no witness, one on another hub is', () => {
  const power = (at: string) => ({ power: { kind: 'usb-hub-port', socket: at } }) as const;
  for (const at of [socket, `${hub}.3`]) {
    plugged.set(at, []);
    expect(look(power(at))).toBeNull();
  }
  plugged.set('pci-0-usb-0:2.1', []);
  expect(look(power('pci-0-usb-0:2.1'))).toEqual(there(false));
  // The hub this one hangs on switches it, too.
  plugged.set('pci-0-usb-0:3.1', []);
  plugged.set('pci-0-usb-0:3.4.2', []);
  expect(look({ ...power('pci-0-usb-0:3.1'), usbSocket: 'pci-0-usb-0:3.4.2' })).toBeNull();
  expect(look(power('pci-0-usb-0:9.1'))).toBeNull();
});

const serial = { by: 'serial', value: 'A1', vendorId: '0403', productId: '6001', interface: 0 } as const;
const bySocket = { by: 'socket', value: socket, interface: 0, occupant: ftdi } as const;
const byPath = { by: 'path', value: `${socket}:1.0-port0`, occupant: ftdi } as const;

test.each([serial, bySocket, byPath])(
  'a console’s adapter, bound by $by, is never the board’s own device',
  (match) => {
    const board = { consoles: [{ match }] };
    const adapter = device({ ...ftdi });
    plugged.set(socket, [adapter]);
    // Also before its port is listed, and while it is listed no more.
    expect(look(board)).toBeNull();
    ports = [
      fakePort({ socket: '1.2', serialNumber: 'A1', suggestedMatch: { path: null, ...match } as PortMatch }),
    ];
    expect(look(board)).toBeNull();
    ports = [];
    expect(look(board)).toBeNull();
    plugged.set(socket, [device()]);
    expect(look(board)).toEqual(there(true));
    expect(look({ power: { kind: 'acm-cable', match } })).toEqual(there(true));
    plugged.set(socket, [adapter]);
    expect(look({ power: { kind: 'acm-cable', match } })).toBeNull();
  },
);

test('an adapter bound by a name is known by its port, and remembered when that leaves first', () => {
  const match = { by: 'id', value: 'usb-FTDI_A1' } as const;
  const board = { consoles: [{ match }] };
  plugged.set(socket, [device({ ...ftdi })]);
  ports = [fakePort({ socket: '1.2', serialNumber: 'A1', suggestedMatch: match })];
  expect(look(board)).toBeNull();
  ports = [];
  expect(look(board)).toBeNull();
  expect(look()).toEqual(there(true));
});

test('a hub that an adapter hangs on is fed by the socket as well', () => {
  const board = { consoles: [{ match: serial }] };
  plugged.set(socket, [device({ hubId: socket, productId: '0610' })]);
  expect(look(board)).toEqual(there(true));
  ports = [fakePort({ socket: '1.2.4', serialNumber: 'A1', suggestedMatch: { ...serial, path: null } })];
  expect(look(board)).toBeNull();
  const behind = { by: 'socket', value: `${socket}.4`, interface: 0 } as const;
  ports = [];
  expect(look({ consoles: [{ match: behind }] })).toBeNull();
});
