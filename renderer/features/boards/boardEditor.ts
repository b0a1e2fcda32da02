import { ORPCError } from '@orpc/client';
import type { Board, BoardPatch, NewBoardInput, VirtualKind } from '../../../main/contract/index.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import type { BenchStore } from '../../lib/stores/bench.ts';
import { freeName } from './freeName.ts';

const stems: Record<VirtualKind, string> = { sim: 'virtual', qemu: 'qemu' };
const nameAttempts = 5;

/** Adds, changes and forgets boards. Every call rejects with what the core said. */
export class BoardEditor {
  readonly #bench: BenchStore;
  readonly #client: () => LabClient;

  constructor(bench: BenchStore, client: () => LabClient) {
    this.#bench = bench;
    this.#client = client;
  }

  /** Adds a virtual board under a free name; another window may take that name first, so it tries a few. */
  async addVirtual(kind: VirtualKind): Promise<Board> {
    const taken = (this.#bench.getState().boards ?? []).map((board) => board.name as string);
    for (let attempt = 1; ; attempt += 1) {
      const name = freeName(stems[kind], taken);
      try {
        return await this.add({ name, virtual: kind });
      } catch (error) {
        const lost = error instanceof ORPCError && error.code === 'NAME_TAKEN';
        if (!lost || attempt === nameAttempts) throw error;
        taken.push(name);
      }
    }
  }

  async add(board: NewBoardInput): Promise<Board> {
    return this.#client().boards.add(board);
  }

  async update(boardId: Board['boardId'], patch: BoardPatch): Promise<Board> {
    return this.#client().boards.update({ boardId, ...patch });
  }

  /** The password or token of its outlet: kept among the core's secrets and never told again; null forgets it. */
  async setPowerSecret(boardId: Board['boardId'], secret: string | null): Promise<void> {
    await this.#client().power.setSecret({ boardId, secret });
  }

  async remove(boardId: Board['boardId']): Promise<void> {
    await this.#client().boards.remove({ boardId });
  }
}
