import type { PortMatch, UsbIdentity } from '../contract/index.ts';
import type { DetectedPort } from './enumeratePorts.ts';
import { matchKey } from './matchKey.ts';
import { identityOf, sameDevice, sameIdentity } from './suggestMatch.ts';

type SerialMatch = Extract<PortMatch, { by: 'serial' }>;
/** A match by the user's own path means a node, not a listed port. */
export type ListedMatch = Exclude<PortMatch, { by: 'device' }>;

/** Which port a match means now, or why none. */
export type Matched =
  | { readonly is: 'found'; readonly port: DetectedPort }
  | { readonly is: 'gone' }
  /** Several devices with this name or serial number, and nothing decides between them. */
  | { readonly is: 'clones'; readonly ports: readonly DetectedPort[] }
  /** One device with this serial number, but there is or was another, and this one is not where the board's was bound. */
  | { readonly is: 'others'; readonly port: DetectedPort }
  /** Several lines of one device. */
  | { readonly is: 'lines'; readonly ports: readonly DetectedPort[] }
  /** Another device is in the socket. */
  | { readonly is: 'stranger'; readonly port: DetectedPort; readonly expected: UsbIdentity };

/**
 * Finds the port that `match` means among `ports`, all there are now. `bound` is every match in use: of two boards
 * with clones, neither may take the other's while its own is unplugged.
 */
export function matchPort(
  match: ListedMatch,
  ports: readonly DetectedPort[],
  bound: readonly PortMatch[],
): Matched {
  if (match.by === 'serial') return matchSerial(match, ports, bound);
  if (match.by === 'id') {
    const named = ports.filter((port) => port.byId === match.value);
    return one(named) ?? (named.length > 0 ? { is: 'clones', ports: named } : { is: 'gone' });
  }
  const there = ports.filter((port) =>
    match.by === 'path'
      ? port.byPath === match.value
      : port.socket === match.value && (match.interface === null || port.interface === match.interface),
  );
  const { occupant } = match;
  const fitting = occupant ? there.filter((port) => sameIdentity(identityOf(port), occupant)) : there;
  const [stranger] = there;
  if (fitting.length === 0 && stranger && occupant)
    return { is: 'stranger', port: stranger, expected: occupant };
  return one(fitting) ?? (fitting.length > 0 ? { is: 'lines', ports: fitting } : { is: 'gone' });
}

/**
 * Where the device of a match by socket or path may be now, if it was moved: ports elsewhere that are all it is known
 * by. Only of devices without a serial number, since by a serial number it is found without a guess. Never taken by itself.
 */
export function movedCandidates(
  match: PortMatch,
  ports: readonly DetectedPort[],
  bound: readonly PortMatch[],
): DetectedPort[] {
  if ((match.by !== 'socket' && match.by !== 'path') || !match.occupant) return [];
  const { occupant } = match;
  if (matchPort(match, ports, bound).is === 'found') return [];
  const taken = bound.flatMap((other) => {
    if (other.by === 'device') return [];
    const matched = matchPort(other, ports, bound);
    return matched.is === 'found' ? [matched.port] : [];
  });
  return ports.filter((port) => sameIdentity(identityOf(port), occupant) && !taken.includes(port));
}

function matchSerial(
  match: SerialMatch,
  ports: readonly DetectedPort[],
  bound: readonly PortMatch[],
): Matched {
  const identity = { vendorId: match.vendorId, productId: match.productId, serialNumber: match.value };
  const meeting = ports.filter(
    (port) =>
      sameIdentity(identityOf(port), identity) &&
      (match.interface === null || port.interface === match.interface),
  );
  const [first, second] = meeting;
  if (!first) return { is: 'gone' };
  const atPath = match.path === null ? null : one(meeting.filter((port) => port.byPath === match.path));
  if (atPath) return atPath;
  if (second)
    return meeting.every((port) => port === first || sameDevice(first, port))
      ? { is: 'lines', ports: meeting }
      : { is: 'clones', ports: meeting };
  // Alone, but not where this board's was: its twin, or ours in a new socket? A path is bound only where there is a twin,
  // whether or not a board binds that one.
  const mayBeTwin =
    match.path !== null || bound.some((other) => other.by === 'serial' && isRival(other, match));
  return mayBeTwin ? { is: 'others', port: first } : { is: 'found', port: first };
}

/** Another binding of the same serial number and line. */
function isRival(other: SerialMatch, match: SerialMatch): boolean {
  return (
    other.value === match.value &&
    other.vendorId === match.vendorId &&
    other.productId === match.productId &&
    (other.interface === null || match.interface === null || other.interface === match.interface) &&
    matchKey(other) !== matchKey(match)
  );
}

function one(ports: readonly DetectedPort[]): Matched | null {
  const [port] = ports;
  return port && ports.length === 1 ? { is: 'found', port } : null;
}
