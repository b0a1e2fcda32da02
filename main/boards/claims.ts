import { type BoardId, type ConsoleBinding, fail, type PortMatch } from '../contract/index.ts';
import { matchKey, meanSamePort, nameOfMatch } from '../ports/index.ts';
import type { StoredBoard } from './boardsFile.ts';

/** A port that a board claims, and as what: `console main` or `power`. */
export interface Claim {
  readonly boardId: BoardId;
  readonly role: string;
  readonly match: PortMatch;
}

/** A socket that a board claims: it gives the board its power, or holds the board's own USB device, or both. */
export interface SocketClaim {
  readonly boardId: BoardId;
  readonly role: 'power' | 'USB device';
  readonly socket: string;
}

type Claimant = Pick<StoredBoard, 'name' | 'consoles' | 'power' | 'usbSocket'>;

export function claimsOf(board: Claimant): Claim[] {
  const boardId = board.name;
  const consoles = board.consoles.flatMap((console: ConsoleBinding) =>
    console.match === null ? [] : [{ boardId, role: `console ${console.name}`, match: console.match }],
  );
  return board.power?.kind === 'acm-cable'
    ? [...consoles, { boardId, role: 'power', match: board.power.match }]
    : consoles;
}

/** The USB sockets a board is plugged into; one that is both its power and its device's place is there once. */
export function socketClaimsOf({ name: boardId, power, usbSocket }: Claimant): SocketClaim[] {
  const powering = power?.kind === 'usb-hub-port' ? power.socket : null;
  return [
    ...(powering === null ? [] : [{ boardId, role: 'power', socket: powering } as const]),
    ...(usbSocket === null || usbSocket === powering
      ? []
      : [{ boardId, role: 'USB device', socket: usbSocket } as const]),
  ];
}

/** Throws LabError CONFLICT where `candidate` binds what one of `others` has, or one port twice. */
export function refuseTakenPorts(
  candidate: Claimant,
  others: readonly Claimant[],
  isSamePort: (a: PortMatch, b: PortMatch) => boolean,
): void {
  const seen = others.flatMap(claimsOf);
  for (const claim of claimsOf(candidate)) {
    const taken = seen.find((other) => isSamePort(other.match, claim.match));
    if (taken)
      fail(
        'CONFLICT',
        `${nameOfMatch(claim.match)} is ${taken.role} of ${taken.boardId} already`,
        `Unbind it there first, or choose another port.${cloneHint(taken.match, claim.match)}`,
        { field: fieldOf(candidate, claim.role), details: { boardId: taken.boardId, role: taken.role } },
      );
    seen.push(claim);
  }
  refuseTakenSockets(candidate, others);
}

function refuseTakenSockets(candidate: Claimant, others: readonly Claimant[]): void {
  const taken = others.flatMap(socketClaimsOf);
  for (const { socket, role } of socketClaimsOf(candidate)) {
    const other = taken.find((claim) => claim.socket === socket);
    if (!other) continue;
    const { boardId } = other;
    fail(
      'CONFLICT',
      other.role === 'power'
        ? `${socket} powers ${boardId} already`
        : `${socket} is the USB socket of ${boardId} already`,
      'One socket serves one board: choose the socket this board is plugged into.',
      {
        field: role === 'power' ? 'power.socket' : 'usbSocket',
        details: { boardId, role: other.role },
      },
    );
  }
}

/** `board` with all its matches passed through `complete`; `board` itself where none changed. */
export function withMatches<T extends Claimant>(board: T, complete: (match: PortMatch) => PortMatch): T {
  const consoles = board.consoles.map((console) => {
    const match = console.match && complete(console.match);
    return match === console.match ? console : { ...console, match };
  });
  const { power } = board;
  const cable = power?.kind === 'acm-cable' ? complete(power.match) : null;
  const samePower = power?.kind !== 'acm-cable' || cable === power.match;
  if (samePower && consoles.every((console, index) => console === board.consoles[index])) return board;
  return { ...board, consoles, power: cable === null || samePower ? power : { ...power, match: cable } };
}

/** What a file must not have twice, for people. */
export function doubleClaims(boards: readonly Claimant[]): string[] {
  const claims = boards.flatMap(claimsOf);
  const ports = claims.flatMap(({ match }, index) =>
    claims
      .slice(index + 1)
      .some((other) => matchKey(other.match) === matchKey(match) && meanSamePort(other.match, match))
      ? [`the port ${matchKey(match)}`]
      : [],
  );
  const sockets = boards.flatMap(socketClaimsOf).map(({ socket }) => socket);
  return [
    ...ports,
    ...sockets
      .filter((socket, index) => sockets.indexOf(socket) !== index)
      .map((socket) => `the USB socket ${socket}`),
  ];
}

/** The input field that has the match of `role`. */
function fieldOf(board: Claimant, role: string): string {
  const index = board.consoles.findIndex((console) => `console ${console.name}` === role);
  return index === -1 ? 'power.match' : `consoles.${index}.match`;
}

/** Of two clones each must be bound by its socket, the first one too. */
function cloneHint(taken: PortMatch, wanted: PortMatch): string {
  if (taken.by !== 'serial' || wanted.by !== 'serial' || wanted.path === null || taken.path !== null)
    return '';
  return ' If these are two adapters with one serial number, bind the other one by its socket first.';
}
