import type { Board, Port, PowerBinding, TeachFound } from '../../../main/contract/index.ts';
import { findPort } from '../ports/describePort.ts';
import type { FinishInput } from './teaching.ts';

/** What switches the board: the cable or the hub port that was found, what it has already, or nothing. */
export type PowerChoice = 'cable' | 'socket' | 'kept' | 'none';

/** What of the board that is taught into matters here; null: it is a new one. */
export type TaughtBoard = Pick<Board, 'power' | 'usbSocket'> | null;

const has = (found: readonly TeachFound[], role: TeachFound['role']) =>
  found.some((each) => each.role === role);

/** What may switch the board, the likeliest first. Empty: nothing was found that could change it. */
export function powerChoices(found: readonly TeachFound[], board: TaughtBoard): PowerChoice[] {
  if (!has(found, 'cable') && !has(found, 'socket')) return [];
  const kept = board?.power ?? null;
  // What was pulled anew takes the place of its like.
  const keeps =
    kept !== null &&
    !(kept.kind === 'acm-cable' && has(found, 'cable')) &&
    !(kept.kind === 'usb-hub-port' && has(found, 'socket'));
  return [
    ...(has(found, 'cable') ? (['cable'] as const) : []),
    ...(keeps ? (['kept'] as const) : []),
    ...(has(found, 'socket') ? (['socket'] as const) : []),
    'none',
  ];
}

/** What will switch it: as chosen where that is still to be had, else the likeliest. */
export function switcherOf(
  choice: PowerChoice | null,
  found: readonly TeachFound[],
  board: TaughtBoard,
): PowerChoice {
  const choices = powerChoices(found, board);
  if (choice !== null && choices.includes(choice)) return choice;
  return choices[0] ?? (board?.power == null ? 'none' : 'kept');
}

/** What `finish` is told of the outlet; nothing where the core decides the same by itself. */
export function powerInput(
  choice: PowerChoice | null,
  found: readonly TeachFound[],
  board: TaughtBoard,
): Pick<FinishInput, 'power'> {
  if (powerChoices(found, board).length === 0) return {};
  const match = found.find(({ role }) => role === 'cable')?.match ?? null;
  const socket = found.find(({ role }) => role === 'socket')?.socket ?? null;
  const before = board?.power ?? null;
  switch (switcherOf(choice, found, board)) {
    case 'cable':
      return match === null
        ? {}
        : { power: { ...likeBefore(before, 'acm-cable'), kind: 'acm-cable', match } };
    case 'socket':
      return socket === null
        ? {}
        : { power: { ...likeBefore(before, 'usb-hub-port'), kind: 'usb-hub-port', socket } };
    case 'kept':
      return { power: before };
    case 'none':
      return { power: null };
  }
}

/** Taught anew, a cable keeps its dialect and a hub port its method. */
function likeBefore<K extends PowerBinding['kind']>(
  before: PowerBinding | null,
  kind: K,
): Partial<Extract<PowerBinding, { kind: K }>> {
  return before?.kind === kind ? (before as Extract<PowerBinding, { kind: K }>) : {};
}

/** What `finish` is told of the socket: one that is no witness leaves a board what it had. */
export function witnessInput(
  { power, witness }: { readonly power: PowerChoice | null; readonly witness: boolean },
  found: readonly TeachFound[],
  board: TaughtBoard,
): Pick<FinishInput, 'usbSocket'> {
  if (!has(found, 'socket') || witness || switcherOf(power, found, board) === 'socket') return {};
  return { usbSocket: board?.usbSocket ?? null };
}

/** What a thing that was found will be to the board. */
export type Becomes = 'bound' | 'switch' | 'witness' | 'nothing';

export function becomes(
  { role }: TeachFound,
  found: readonly TeachFound[],
  { power, witness }: { readonly power: PowerChoice | null; readonly witness: boolean },
  board: TaughtBoard,
): Becomes {
  if (role === 'console') return 'bound';
  if (switcherOf(power, found, board) === role) return 'switch';
  return role === 'socket' && witness ? 'witness' : 'nothing';
}

/** A line's own adapter hangs in the socket that was found: this computer feeds it, whatever the board does. */
export function holdsAdapter(found: readonly TeachFound[], ports: readonly Port[]): boolean {
  const socket = found.find(({ role }) => role === 'socket')?.socket ?? null;
  return (
    socket !== null && found.some(({ match }) => match !== null && findPort(ports, match)?.socket === socket)
  );
}
