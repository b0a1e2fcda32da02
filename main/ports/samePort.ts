import type { PortMatch, UsbIdentity } from '../contract/index.ts';
import { matchKey } from './matchKey.ts';
import { placeOfPath } from './pathPlace.ts';
import { sameIdentity } from './suggestMatch.ts';

type Serial = Extract<PortMatch, { by: 'serial' }>;
type Place = Extract<PortMatch, { by: 'socket' | 'path' }>;

/**
 * Do both mean one port, as far as words alone tell: also while nothing is plugged in. What only a look at the
 * ports can decide (a by-id name and a socket) is false here.
 */
export function meanSamePort(a: PortMatch, b: PortMatch): boolean {
  if (a.by === 'serial' && b.by === 'serial') return sameSerial(a, b);
  if (isPlace(a) && isPlace(b)) return samePlace(a, b);
  if (a.by === 'serial' && isPlace(b)) return isDeviceIn(a, b);
  if (isPlace(a) && b.by === 'serial') return isDeviceIn(b, a);
  return matchKey(a) === matchKey(b);
}

/** Clones bound by their sockets are two; where either is bound by the number alone it may mean both. */
function sameSerial(a: Serial, b: Serial): boolean {
  return (
    sameIdentity(identityOfMatch(a), identityOfMatch(b)) &&
    overlap(a.interface, b.interface) &&
    (a.path === null || b.path === null || a.path === b.path)
  );
}

/** One socket may serve two devices in turn, where both are known. */
function samePlace(a: Place, b: Place): boolean {
  const [here, there] = [placeOf(a), placeOf(b)];
  if (here === null || there === null || here.line !== null || there.line !== null) {
    if (a.by === b.by) return matchKey(a) === matchKey(b) && !(a.occupant && b.occupant && differ(a, b));
    if (here === null || there === null) return false;
  }
  return (
    here.socket === there.socket &&
    overlap(here.interface, there.interface) &&
    !(a.occupant && b.occupant && differ(a, b))
  );
}

/** The device with this very serial number, bound by the socket it is expected in. */
function isDeviceIn(serial: Serial, place: Place): boolean {
  if (!place.occupant || !sameIdentity(identityOfMatch(serial), place.occupant)) return false;
  const here = placeOf(place);
  if (!overlap(serial.interface, here?.interface ?? null)) return false;
  const clone = serial.path === null ? null : placeOfPath(serial.path);
  return clone === null || here === null || clone.socket === here.socket;
}

function isPlace(match: PortMatch): match is Place {
  return match.by === 'socket' || match.by === 'path';
}

function placeOf(match: Place): { socket: string; interface: number | null; line: number | null } | null {
  return match.by === 'path'
    ? placeOfPath(match.value)
    : { socket: match.value, interface: match.interface, line: null };
}

function differ(a: Place, b: Place): boolean {
  return !sameIdentity(a.occupant ?? null, b.occupant ?? null);
}

function overlap(a: number | null, b: number | null): boolean {
  return a === null || b === null || a === b;
}

function identityOfMatch({ vendorId, productId, value }: Serial): UsbIdentity {
  return { vendorId, productId, serialNumber: value };
}
