import type { Port, PortMatch, UsbIdentity } from '../../../main/contract/index.ts';
import { findPort, identityOf, isSameDevice } from './describePort.ts';

/** How a port may be found again, best first: the adapter itself; this kind of device in its socket; its socket. */
export type Way = 'adapter' | 'kind' | 'place';

export interface WayChoice {
  readonly way: Way;
  readonly match: PortMatch;
}

/** The ways there are for a port. Where its lines share an interface, only udev's names tell them apart. */
export function waysTo(port: Port): WayChoice[] {
  const { suggestedMatch, byPath, socket } = port;
  const identity = identityOf(port);
  const ways: WayChoice[] = [];
  if (suggestedMatch.by === 'serial' || suggestedMatch.by === 'id')
    ways.push({ way: 'adapter', match: suggestedMatch });
  const byName = suggestedMatch.by === 'path' || suggestedMatch.by === 'id' || socket === null;
  const place: PortMatch | null = byName
    ? byPath === null
      ? null
      : { by: 'path', value: byPath }
    : { by: 'socket', value: socket, interface: port.interface };
  if (place === null) return ways;
  if (identity !== null) ways.push({ way: 'kind', match: { ...place, occupant: identity } });
  ways.push({ way: 'place', match: { ...place, occupant: null } });
  return ways;
}

/** Which way a binding goes; null for a path of the user's own. */
export function wayOf(match: PortMatch): Way | null {
  switch (match.by) {
    case 'serial':
    case 'id':
      return 'adapter';
    case 'socket':
    case 'path':
      // Left out, it is who is there when the board is bound.
      return match.occupant === null ? 'place' : 'kind';
    case 'device':
      return null;
  }
}

/** `the adapter with serial number A1, wherever it is plugged in`; `place`: what its socket is called. */
export function matchWords(match: PortMatch, place: string | null = null): string {
  switch (match.by) {
    case 'serial':
      return match.path === null
        ? `the adapter with serial number ${match.value}, wherever it is plugged in`
        : `the adapter with serial number ${match.value}; of several with that number, the one in its socket`;
    case 'id':
      return `the adapter named ${match.value}, wherever it is plugged in`;
    case 'socket':
    case 'path': {
      const where = place ?? match.value;
      if (match.occupant === null) return `whatever is plugged in at ${where}`;
      return `${match.occupant ? deviceWords(match.occupant) : 'the device that was there when it was bound'}, only at ${where}`;
    }
    case 'device':
      return `whatever ${match.value} leads to`;
  }
}

/**
 * Where a device without a serial number may be now that its socket is empty or holds another: free ports elsewhere
 * that are all it is known by. By a serial number it is found without a guess.
 */
export function mayHaveMovedTo(ports: readonly Port[], match: PortMatch): Port[] {
  if ((match.by !== 'socket' && match.by !== 'path') || !match.occupant) return [];
  if (match.occupant.serialNumber !== null || findPort(ports, match) !== null) return [];
  const { occupant } = match;
  return ports.filter((port) => port.boundTo === null && isSameDevice(port, occupant));
}

function deviceWords({ vendorId, productId, serialNumber }: UsbIdentity): string {
  const id = `${vendorId}:${productId}`;
  return serialNumber === null
    ? `a device of the kind ${id} without a serial number`
    : `the device ${id} with serial number ${serialNumber}`;
}
