import type { Board, ConsoleInfo, PowerReading } from '../../../main/contract/index.ts';

export type BoardGroupId = 'on' | 'off' | 'unknown' | 'attention';

export interface BoardGroup {
  readonly id: BoardGroupId;
  readonly title: string;
  readonly boards: readonly Board[];
}

const titles: readonly (readonly [BoardGroupId, string])[] = [
  ['on', 'On'],
  ['off', 'Off'],
  ['unknown', 'Unknown'],
  ['attention', 'Needs attention'],
];

/** The list's groups in their fixed order, empty ones left out; boards by the name people see. */
export function groupBoards(
  boards: readonly Board[],
  power: Readonly<Record<string, PowerReading>>,
  consoles: Readonly<Record<string, ConsoleInfo>>,
): BoardGroup[] {
  const sorted = [...boards].sort((a, b) => compareNames(shownName(a), shownName(b)));
  const all = Object.values(consoles);
  const groupOf = new Map(
    sorted.map((board) => [
      board.boardId,
      boardGroup(
        power[board.boardId],
        all.filter((info) => info.boardId === board.boardId),
      ),
    ]),
  );
  return titles
    .map(([id, title]) => ({
      id,
      title,
      boards: sorted.filter((board) => groupOf.get(board.boardId) === id),
    }))
    .filter((group) => group.boards.length > 0);
}

function boardGroup(reading: PowerReading | undefined, consoles: readonly ConsoleInfo[]): BoardGroupId {
  if (attentionReason(reading, consoles) !== null) return 'attention';
  return reading?.known ?? 'unknown';
}

/** In a word or two, what the user should look at; null when all is well. */
export function attentionReason(
  reading: PowerReading | undefined,
  consoles: readonly ConsoleInfo[],
): string | null {
  if (reading?.evidence.kind === 'outlet-gone') return 'power outlet gone';
  if (reading?.evidence.kind === 'console-contradicts') return 'power in doubt';
  const states = new Set(consoles.map((info) => info.state));
  if (states.has('unplugged')) return 'unplugged';
  if (states.has('denied')) return 'no access';
  if (states.has('busy')) return 'port in use';
  if (states.has('failed')) return 'console failed';
  return null;
}

export function shownName(board: Board): string {
  return board.displayName === '' ? board.name : board.displayName;
}

/** `board-2` before `board-10`. */
export function compareNames(a: string, b: string): number {
  return a.localeCompare(b, undefined, { numeric: true, sensitivity: 'base' });
}
