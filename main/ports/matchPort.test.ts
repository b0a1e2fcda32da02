import { expect, test } from 'vitest';
import { fakePort } from '../../test/fakes/fakePort.ts';
import { type PortMatch, portMatch } from '../contract/index.ts';
import type { DetectedPort } from './enumeratePorts.ts';
import { type ListedMatch, matchPort, movedCandidates } from './matchPort.ts';

const ftdi = { vendorId: '0403', productId: '6001' } as const;
const bySerial = (more: { interface?: number; path?: string } = {}) =>
  portMatch.parse({ by: 'serial', value: 'A1', ...ftdi, ...more }) as ListedMatch;
const bySocket = (value: string, more: object = {}) =>
  portMatch.parse({ by: 'socket', value: `pci-0-usb-0:${value}`, ...more }) as ListedMatch;

function found(match: ListedMatch, ports: readonly DetectedPort[], bound: readonly PortMatch[] = []) {
  const matched = matchPort(match, ports, bound);
  return matched.is === 'found' ? matched.port.device : matched.is;
}

test('a serial number is followed from socket to socket', () => {
  const here = fakePort({ ...ftdi, serialNumber: 'A1', socket: '1.3', device: '/dev/ttyUSB0' });
  const there = fakePort({ ...ftdi, serialNumber: 'A1', socket: '2', device: '/dev/ttyUSB4' });
  expect(found(bySerial(), [here])).toBe('/dev/ttyUSB0');
  expect(found(bySerial(), [there])).toBe('/dev/ttyUSB4');
  expect(found(bySerial(), [])).toBe('gone');
  expect(found(bySerial(), [fakePort({ ...ftdi, productId: '6015', serialNumber: 'A1' })])).toBe('gone');
});

test('the lines of one adapter are told apart by interface, and not guessed without', () => {
  const lines = [0, 1].map((at) =>
    fakePort({ ...ftdi, serialNumber: 'A1', socket: '1', interface: at, device: `/dev/ttyUSB${at}` }),
  );
  expect(found(bySerial({ interface: 1 }), lines)).toBe('/dev/ttyUSB1');
  expect(found(bySerial(), lines)).toBe('lines');
  expect(found(bySocket('1', { interface: 0 }), lines)).toBe('/dev/ttyUSB0');
  expect(found(bySocket('1'), lines)).toBe('lines');
});

test('of clones the one in its socket is meant, and without a socket none', () => {
  const [one, two] = ['1', '2'].map((socket) => fakePort({ ...ftdi, serialNumber: 'A1', socket }));
  const clones = [one, two].filter((port) => port !== undefined);
  expect(found(bySerial(), clones)).toBe('clones');
  expect(found(bySerial({ path: two?.byPath ?? '' }), clones)).toBe(two?.device);
  expect(found(bySerial({ path: 'pci-0-usb-0:9:1.0' }), clones)).toBe('clones');
});

test('a clone is not taken for its twin while that is unplugged, wherever it sits', () => {
  const own = fakePort({ ...ftdi, serialNumber: 'A1', socket: '1' });
  const twin = fakePort({ ...ftdi, serialNumber: 'A1', socket: '2' });
  const elsewhere = fakePort({ ...ftdi, serialNumber: 'A1', socket: '3' });
  const mine = bySerial({ path: own.byPath ?? '' });
  const other = bySerial({ path: twin.byPath ?? '' });
  expect(found(mine, [twin], [mine, other])).toBe('others');
  expect(found(other, [twin], [mine, other])).toBe(twin.device);
  expect(found(mine, [elsewhere], [mine, other])).toBe('others');
});

test('an adapter bound beside its twin is never taken to be that twin, though no board binds it', () => {
  const own = fakePort({ ...ftdi, serialNumber: 'A1', socket: '1' });
  const twin = fakePort({ ...ftdi, serialNumber: 'A1', socket: '2' });
  const mine = bySerial({ path: own.byPath ?? '' });
  expect(found(mine, [own, twin], [mine])).toBe(own.device);
  // Its own was pulled: what is left may be the cable of a board that Labdeck does not know.
  expect(found(mine, [twin], [mine])).toBe('others');
  expect(found(mine, [own], [mine])).toBe(own.device);
});

test('a by-id name that several ports claim means none of them', () => {
  const clones = ['1', '2'].map((socket) => fakePort({ socket, byId: 'usb-clone' }));
  expect(found({ by: 'id', value: 'usb-clone' }, clones)).toBe('clones');
  expect(found({ by: 'id', value: 'usb-clone' }, clones.slice(1))).toBe(clones[1]?.device);
});

test('another device in the socket is never taken for the old one', () => {
  const ch340 = { vendorId: '1a86', productId: '7523', serialNumber: null };
  const old = fakePort({ ...ch340, socket: '1' });
  const stranger = fakePort({ ...ftdi, serialNumber: 'A1', socket: '1' });
  const places: Extract<PortMatch, { by: 'socket' | 'path' }>[] = [
    { by: 'socket', value: 'pci-0-usb-0:1', interface: null, occupant: ch340 },
    { by: 'path', value: old.byPath ?? '', occupant: ch340 },
  ];
  for (const match of places) {
    expect(found(match, [old])).toBe(old.device);
    expect(found(match, [stranger])).toBe('stranger');
    expect(found({ ...match, occupant: null }, [stranger])).toBe(stranger.device);
    expect(found({ ...match, occupant: undefined }, [stranger])).toBe(stranger.device);
  }
});

test("a moved adapter without a serial number is named, but not taken, and never when it is another board's", () => {
  const ch340 = { vendorId: '1a86', productId: '7523', serialNumber: null };
  const match = bySocket('1', { occupant: ch340 });
  const moved = fakePort({ ...ch340, socket: '4' });
  expect(found(match, [moved])).toBe('gone');
  expect(movedCandidates(match, [moved], [match])).toEqual([moved]);
  expect(movedCandidates(match, [moved], [match, bySocket('4', { occupant: ch340 })])).toEqual([]);
  const atHome = fakePort({ ...ch340, socket: '1' });
  expect(movedCandidates(match, [atHome, moved], [match])).toEqual([]);
});
