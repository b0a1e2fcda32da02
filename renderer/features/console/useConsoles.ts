import { useMemo } from 'react';
import type { Board, ConsoleInfo } from '../../../main/contract/index.ts';
import { useBench, useView } from '../../app/labContext.tsx';
import { consolesOf } from '../../app/selection.ts';

/** A board's consoles, and the one whose tab stands in front. */
export function useConsoles(board: Board): { all: readonly ConsoleInfo[]; shown: ConsoleInfo | undefined } {
  const consoles = useBench((state) => state.consoles);
  const chosen = useView((state) => state.consoleOf[board.boardId]);
  const all = useMemo(() => consolesOf(consoles, board), [consoles, board]);
  return { all, shown: all.find((info) => info.consoleId === chosen) ?? all[0] };
}
