import type { Board, BoardId, PortMatch, PowerReading } from '../contract/index.ts';
import { fail } from '../contract/index.ts';
import { gangOf } from './virtualGangs.ts';

/** What tells which boards hang where. */
export interface Bench {
  readonly boards: { list(): Board[] };
  readonly ports: {
    resolve(match: PortMatch): { readonly port: { readonly socket: string | null } | null } | null;
  };
}

/**
 * The other boards that lose their power when `board` is switched off: those bound to one of `sockets`, those with a
 * console, their own USB device or their power cable behind one, those of its virtual gang, and those the power-truth test saw go.
 */
export function boardsCutWith(
  board: Board,
  sockets: readonly string[],
  seenToGo: readonly BoardId[],
  { boards, ports }: Bench,
): BoardId[] {
  const cut = new Set(sockets);
  const gang = gangOf(board);
  const isCut = (match: PortMatch | null) => {
    const socket = match === null ? null : (ports.resolve(match)?.port?.socket ?? null);
    return socket !== null && cut.has(socket);
  };
  const hangsThere = ({ power, usbSocket, consoles }: Board) =>
    (power?.kind === 'usb-hub-port' && cut.has(power.socket)) ||
    // Its own USB device may be what feeds it.
    (usbSocket !== null && cut.has(usbSocket)) ||
    (cut.size > 0 &&
      // A cable without its supply lets its relay fall.
      ((power?.kind === 'acm-cable' && isCut(power.match)) || consoles.some(({ match }) => isCut(match))));
  return boards
    .list()
    .filter((other) => other.boardId !== board.boardId)
    .filter(
      (other) =>
        seenToGo.includes(other.boardId) || (gang !== null && gangOf(other) === gang) || hangsThere(other),
    )
    .map((other) => other.boardId);
}

/**
 * Those of `boardsCutWith` that get power when `board` is switched on: a console's adapter or a cable that comes back
 * gives its board none.
 */
export function boardsPoweredWith(
  board: Board,
  sockets: readonly string[],
  seenToGo: readonly BoardId[],
  { boards }: Pick<Bench, 'boards'>,
): BoardId[] {
  const gang = gangOf(board);
  return boards
    .list()
    .filter(
      (other) =>
        other.boardId !== board.boardId &&
        (seenToGo.includes(other.boardId) ||
          (gang !== null && gangOf(other) === gang) ||
          (other.power?.kind === 'usb-hub-port' && sockets.includes(other.power.socket))),
    )
    .map((other) => other.boardId);
}

/**
 * Throws LabError CONFLICT with what speaks against switching it off. `others`: the boards that go with it and are not
 * off already.
 */
export function refuseToCut({ boardId, outlet }: PowerReading, others: readonly BoardId[]): void {
  const refuses = outlet?.refuses ?? null;
  if (refuses === null && others.length === 0) return;
  const what = [
    ...(refuses === null ? [] : [refuses]),
    ...(others.length === 0 ? [] : [`${names(others)} would lose power too`]),
  ].join('; ');
  fail(
    'CONFLICT',
    `${boardId} is not switched off: ${what}`,
    'Switch it off all the same with "force", or move what hangs there to another outlet.',
    { details: { refuses, boards: [...others] } },
  );
}

/** `a`, `a and b`, `a, b and c`. */
export function names(list: readonly string[]): string {
  if (list.length < 2) return list[0] ?? '';
  return `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
}
