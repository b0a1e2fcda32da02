import type { Board } from '../../../main/contract/index.ts';
import { shownName } from '../boards/groupBoards.ts';

/** `Router prototype`, or `Router prototype · firmware` where the board has several consoles. */
export function consoleTitle(consoleId: string, boards: readonly Board[] | null): string {
  const [boardId = '', name = ''] = consoleId.split('.');
  const board = boards?.find((each) => each.boardId === boardId);
  if (board === undefined) return consoleId;
  return board.consoles.length > 1 ? `${shownName(board)} · ${name}` : shownName(board);
}
