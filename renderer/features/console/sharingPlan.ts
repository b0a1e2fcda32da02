import type { NetworkShare, Sharing, SharingState } from '../../../main/contract/index.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';

export type NetworkDoor = 'telnet' | 'tcp';
/** Tokens this window has set; the core never tells one. */
export type Tokens = Readonly<Partial<Record<NetworkDoor, string>>>;

const anyPort = 0;
export const thisMachine = '127.0.0.1';
export const everyInterface = '0.0.0.0';

export const closedDoor: NetworkShare = {
  port: anyPort,
  readOnly: false,
  address: thisMachine,
  token: null,
  consent: false,
};

export const doorName: Readonly<Record<NetworkDoor, string>> = { telnet: 'telnet', tcp: 'raw TCP' };

export type Plan =
  | { readonly ok: true; readonly sharing: Sharing }
  | { readonly ok: false; readonly problem: LabProblem };

/**
 * The whole of what the core is to open, since it takes no less: the doors as they stand, with `change`. A door
 * whose token this window does not know can't be told again, and must not be opened without.
 */
export function planSharing(state: SharingState, change: Partial<Sharing>, tokens: Tokens): Plan {
  const doors: { telnet: NetworkShare | null; tcp: NetworkShare | null } = { telnet: null, tcp: null };
  for (const door of ['telnet', 'tcp'] as const) {
    const changed = change[door];
    if (changed !== undefined) {
      doors[door] = changed;
      continue;
    }
    const open = state[door];
    if (open === null) continue;
    const token = open.withToken ? (tokens[door] ?? null) : null;
    if (open.withToken && token === null) return { ok: false, problem: unknownToken(door) };
    doors[door] = {
      port: open.port,
      readOnly: open.readOnly,
      address: open.address,
      token,
      consent: open.exposed && token === null,
    };
  }
  const unix = state.unix === null ? null : { readOnly: state.unix.readOnly };
  return { ok: true, sharing: { unix: change.unix === undefined ? unix : change.unix, ...doors } };
}

/** A door as it stands, to change a part of it. */
export function doorOf(state: SharingState, door: NetworkDoor, tokens: Tokens): NetworkShare {
  const open = state[door];
  if (open === null) return closedDoor;
  const token = open.withToken ? (tokens[door] ?? null) : null;
  const { port, readOnly, address, exposed } = open;
  return { port, readOnly, address, token, consent: exposed && !open.withToken };
}

/** Whether other machines can reach the console. */
export function isExposed(state: SharingState): boolean {
  return state.telnet?.exposed === true || state.tcp?.exposed === true;
}

/** `telnet, unix socket`; empty where nothing is open. */
export function openDoors(state: SharingState): string {
  const doors = [
    state.telnet === null ? null : doorName.telnet,
    state.tcp === null ? null : doorName.tcp,
    state.unix === null ? null : 'unix socket',
  ];
  return doors.filter((door) => door !== null).join(', ');
}

/** What to type on this machine to come in through a door. */
export function doorCommands(state: SharingState, door: NetworkDoor | 'unix'): string[] {
  if (door === 'unix') return state.unix === null ? [] : [`socat - UNIX-CONNECT:${state.unix.path}`];
  const open = state[door];
  if (open === null) return [];
  const host = open.address === everyInterface ? thisMachine : open.address;
  return door === 'telnet'
    ? [`telnet ${host} ${open.port}`, `rfc2217://${host}:${open.port}`]
    : [`nc ${host} ${open.port}`];
}

function unknownToken(door: NetworkDoor): LabProblem {
  return {
    code: 'BAD_REQUEST',
    message: `the token of the ${doorName[door]} door is known only to the window that set it`,
    hint: 'Close that door, or open it with a new token, then change this.',
    field: null,
  };
}
