import { Emitter } from '../base/emitter.ts';
import type { Board } from '../contract/index.ts';
import type { VirtualBench, VirtualBoard } from '../virtual/index.ts';
import type { VirtualGang } from './drivers/virtualPower.ts';

interface GangDeps {
  readonly boards: { list(): Board[]; key(boardId: string): string };
  readonly virtual: Pick<VirtualBench, 'get'>;
}

/** The gang a board's virtual outlet belongs to; null: none. */
export function gangOf({ virtual, power }: Pick<Board, 'virtual' | 'power'>): string | null {
  return virtual !== null && power?.kind === 'virtual' ? power.gang : null;
}

/** Virtual boards whose outlets lose their power together, as the sockets of a ganged hub do. */
export class VirtualGangs {
  readonly #deps: GangDeps;
  readonly #switched = new Emitter<string>();

  constructor(deps: GangDeps) {
    this.#deps = deps;
  }

  /** The gang as the board of this key sees it. */
  of(gang: string, key: string): VirtualGang {
    return {
      others: () => this.#machines(gang, key),
      onDidSwitch: (listener) =>
        this.#switched.event((name) => {
          if (name === gang) listener();
        }),
      switched: () => this.#switched.fire(gang),
    };
  }

  #machines(gang: string, key: string): VirtualBoard[] {
    const { boards, virtual } = this.#deps;
    return boards.list().flatMap((board) => {
      const other = boards.key(board.boardId);
      if (board.virtual === null || gangOf(board) !== gang || other === key) return [];
      return [virtual.get(other, board.virtual)];
    });
  }
}
