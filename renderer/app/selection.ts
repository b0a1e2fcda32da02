import type { Board, ConsoleInfo } from '../../main/contract/index.ts';
import { compareNames, shownName } from '../features/boards/groupBoards.ts';
import type { BenchState } from '../lib/stores/bench.ts';
import type { ViewState } from './view.ts';

/** The board the workspace shows; null where it shows none. */
export function selectedBoard(bench: BenchState, view: ViewState): Board | null {
  if (view.route.page !== 'bench') return null;
  const { boardId } = view.route;
  return bench.boards?.find((board) => board.boardId === boardId) ?? null;
}

/** A board's consoles in the order they are bound in. */
export function consolesOf(consoles: BenchState['consoles'], board: Board): ConsoleInfo[] {
  const place = (info: ConsoleInfo) => board.consoles.findIndex((binding) => binding.name === info.name);
  return Object.values(consoles)
    .filter((info) => info.boardId === board.boardId)
    .sort((a, b) => place(a) - place(b));
}

/** The console whose tab stands in front; the first one unless another was chosen. */
export function selectedConsoleId(bench: BenchState, view: ViewState): string | null {
  const board = selectedBoard(bench, view);
  if (board === null) return null;
  const all = consolesOf(bench.consoles, board);
  const chosen = view.consoleOf[board.boardId];
  return (all.find((info) => info.consoleId === chosen) ?? all[0])?.consoleId ?? null;
}

/** The board before or after the selected one, by name, round the ends. */
export function neighbourBoard(bench: BenchState, view: ViewState, step: 1 | -1): Board | null {
  const sorted = [...(bench.boards ?? [])].sort((a, b) => compareNames(shownName(a), shownName(b)));
  const at = sorted.findIndex((board) => board.boardId === selectedBoard(bench, view)?.boardId);
  return sorted.at((at + step) % sorted.length) ?? null;
}
