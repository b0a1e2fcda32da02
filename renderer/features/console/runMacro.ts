import type { Board, Macro } from '../../../main/contract/index.ts';
import type { Lab } from '../../app/lab.ts';
import { macroAsks } from './macroText.ts';

/** Types a macro at once, or asks first for what it has to be told. */
export function runOrAsk({ view, typing }: Lab, board: Board, macro: Macro): void {
  if (macroAsks(macro)) view.show({ kind: 'run-macro', boardId: board.boardId, macro: macro.name });
  else void typing.runMacro(board, macro, macro.defaults);
}
