import { useEffect } from 'react';
import { compareNames, shownName } from '../features/boards/groupBoards.ts';
import { remembered } from '../lib/stores/remembered.ts';
import { useBench, useLab, useView } from './labContext.tsx';

/** A bench without a selected board selects one: the last one used here, else the first. */
export function useFirstSelection(): void {
  const { view } = useLab();
  const boards = useBench((state) => state.boards);
  const nothing = useView((state) => state.route.page === 'bench' && state.route.boardId === null);
  useEffect(() => {
    if (!nothing || boards === null || boards.length === 0) return;
    const sorted = [...boards].sort((a, b) => compareNames(shownName(a), shownName(b)));
    const last = sorted.find((board) => board.boardId === remembered('board'));
    view.selectBoard((last ?? sorted[0])?.boardId ?? null);
  }, [boards, nothing, view]);
}
