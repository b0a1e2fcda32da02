import type { PortMatch, TeachFound, TeachRole, UsbHub } from '../contract/index.ts';
import { matchKey } from '../ports/index.ts';
import type { PortThing, SocketThing } from './things.ts';

/** What is bound already, and by whom. */
export interface Bindings {
  bindingOf(match: PortMatch): { readonly boardId: string; readonly role: string } | null;
  bindingOfSocket(socketId: string): { readonly boardId: string; readonly role: string } | null;
}

/** A port as what it was taught to be. */
export function foundPort({ port, text }: PortThing, role: TeachRole, boards: Bindings): TeachFound {
  const match = port.suggestedMatch;
  return {
    role,
    match,
    socket: null,
    text,
    looksLike: port.looksLike,
    takenBy: takerOf(match, null, boards),
    caution: sentences([portCaution(port), looksCaution(role, port.looksLike)]),
  };
}

/** A hub's socket that the board is plugged into. */
export function foundSocket({ hub, usbSocket, text }: SocketThing, boards: Bindings): TeachFound {
  return {
    role: 'socket',
    match: null,
    socket: usbSocket.socketId,
    text,
    looksLike: null,
    takenBy: takerOf(null, usbSocket.socketId, boards),
    caution: socketCaution(hub),
  };
}

/** Whose it is by now: boards change while one is taught. */
export function withTaker(found: TeachFound, boards: Bindings): TeachFound {
  return { ...found, takenBy: takerOf(found.match, found.socket, boards) };
}

/** The newest word for the same port or socket; a board has one cable and one socket. */
export function withFound(found: readonly TeachFound[], next: TeachFound): TeachFound[] {
  return [...found.filter((other) => !replaces(next, other)), next];
}

/** Those that look like their role first, those that look like something else last. */
export function likeliestFirst(candidates: readonly TeachFound[]): TeachFound[] {
  const rank = ({ role, looksLike }: TeachFound) => {
    if (looksLike === null) return 1;
    return looksLike.kind === (role === 'cable' ? 'power-cable' : 'console') ? 0 : 2;
  };
  return [...candidates].sort((a, b) => rank(a) - rank(b));
}

function takerOf(match: PortMatch | null, socket: string | null, boards: Bindings): string | null {
  const bound = (match && boards.bindingOf(match)) ?? (socket && boards.bindingOfSocket(socket));
  return bound ? `${bound.boardId}: ${bound.role}` : null;
}

function replaces(next: TeachFound, other: TeachFound): boolean {
  if (next.match && other.match && matchKey(next.match) === matchKey(other.match)) return true;
  return next.role === other.role && next.role !== 'console';
}

function portCaution({ serialNumber, sharedSerial, suggestedMatch }: PortThing['port']): string | null {
  if (sharedSerial)
    return 'Another adapter has the same serial number: Labdeck tells them apart by socket, so keep it there.';
  if (suggestedMatch.by === 'device')
    return 'It has neither a serial number nor a socket: another device may get its name.';
  return serialNumber === null
    ? 'It has no serial number: Labdeck knows it by its socket, so keep it there.'
    : null;
}

function looksCaution(role: TeachRole, looksLike: TeachFound['looksLike']): string | null {
  if (role === 'cable' && looksLike !== null && looksLike.kind !== 'power-cable')
    return `It looks like ${looksLike.name}, not like a power cable.`;
  if (role === 'console' && looksLike?.kind === 'power-cable')
    return 'It looks like a power cable, not like a console.';
  return null;
}

function socketCaution(hub: UsbHub): string | null {
  if (hub.switching === 'none') return `${hub.label} says that it cannot switch its ports.`;
  if (hub.switching === 'ganged')
    return `${hub.label} switches all its ports at once: what else is plugged into it loses power too.`;
  return hub.switchingProblem;
}

function sentences(parts: readonly (string | null)[]): string | null {
  return parts.filter((part) => part !== null).join(' ') || null;
}
