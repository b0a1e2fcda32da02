import type { Board } from '../../../main/contract/index.ts';

/** The names of a board's consoles; a virtual board's only one is not among its bindings. */
export function consoleNames(board: Board): string[] {
  const names = board.consoles.map((binding) => binding.name);
  return names.length === 0 ? ['main'] : names;
}
