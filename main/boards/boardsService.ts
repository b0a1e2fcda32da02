import { randomInt } from 'node:crypto';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { Emitter, type Event } from '../base/emitter.ts';
import { JsonFile, noticeOf } from '../base/jsonFile.ts';
import { KeyedQueue } from '../base/keyedQueue.ts';
import type { Logger } from '../base/logger.ts';
import {
  type Board,
  type BoardId,
  type BoardPatch,
  boardPatch,
  fail,
  type NewBoard,
  newBoard,
  type Port,
  type PortMatch,
} from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';
import { boardsDocument, claimsOf, matchKey, type StoredBoard, toBoard } from './boardsFile.ts';

export type BoardsChange =
  | { readonly type: 'added' | 'removed'; readonly board: Board }
  | { readonly type: 'updated'; readonly board: Board; readonly before: Board };

export interface Binding {
  readonly boardId: BoardId;
  /** `console main` or `power`. */
  readonly role: string;
}

/** The boards the user named, kept in `<dir>/boards.json`. A change is visible once it is on the disk. */
export class BoardsService {
  readonly #file: JsonFile<z.infer<typeof boardsDocument>>;
  readonly #notices: NoticesService;
  readonly #logger: Logger;
  readonly #isKeyUsed: (key: string) => boolean;
  readonly #nodeOf: (match: PortMatch) => string | null;
  readonly #check: (board: Pick<Board, 'rules'>) => void;
  readonly #queue = new KeyedQueue<'boards'>();
  readonly #changed = new Emitter<BoardsChange>();
  readonly onDidChange: Event<BoardsChange> = this.#changed.event;
  #stored: readonly StoredBoard[] = [];
  #revision = 0;

  /**
   * `isKeyUsed` says whether something on disk already goes by a key, such as recordings of a removed board;
   * `nodeOf` which node a match means now, null while it is unplugged; `check` throws LabError BAD_REQUEST for what
   * other domains cannot work with.
   */
  constructor(deps: {
    dir: string;
    notices: NoticesService;
    logger: Logger;
    isKeyUsed?: (key: string) => boolean;
    nodeOf?: (match: PortMatch) => string | null;
    check?: (board: Pick<Board, 'rules'>) => void;
  }) {
    this.#file = new JsonFile({
      path: path.join(deps.dir, 'boards.json'),
      schema: boardsDocument,
      version: 1,
    });
    this.#notices = deps.notices;
    this.#logger = deps.logger;
    this.#isKeyUsed = deps.isKeyUsed ?? (() => false);
    this.#nodeOf = deps.nodeOf ?? (() => null);
    this.#check = deps.check ?? (() => {});
  }

  /**
   * Reads the file; never rejects. Where no board is known (first start, or the file had to be set aside, which a
   * notice tells) there is one virtual board, so that there is something to try. A list that is empty stays empty.
   */
  async start(): Promise<void> {
    const loaded = await this.#file.load();
    const notice = noticeOf('The list of boards', this.#file, loaded);
    if (notice) {
      this.#logger.warn(notice.title, { ...loaded });
      this.#notices.post('boards-file', notice);
    }
    if (loaded.found === 'value') this.#stored = loaded.value.boards;
    else await this.#addFirst();
  }

  list(): Board[] {
    return this.#stored.map(toBoard);
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  find(boardId: string): Board | null {
    const stored = this.#stored.find((board) => board.name === boardId);
    return stored ? toBoard(stored) : null;
  }

  /** Throws LabError NOT_FOUND. */
  get(boardId: string): Board {
    return toBoard(this.#require(boardId));
  }

  /** The name of all that is kept for this board: safe in file names, unchanged by a rename. Throws NOT_FOUND. */
  key(boardId: string): string {
    return this.#require(boardId).key;
  }

  /** Who binds this port (or this match), and as what. */
  bindingOf(port: PortMatch | Pick<Port, 'device' | 'byId' | 'byPath'>): Binding | null {
    for (const stored of this.#stored)
      for (const claim of claimsOf(stored))
        if ('by' in port ? matchKey(port) === matchKey(claim.match) : meets(port, claim.match))
          return { boardId: stored.name, role: claim.role };
    return null;
  }

  /** Rejects with LabError NAME_TAKEN, CONFLICT (the port is bound already), BAD_REQUEST (a rule), DISK_FULL. */
  add(board: NewBoard): Promise<Board> {
    return this.#queue.run('boards', async () => {
      this.#refuseTakenName(board.name);
      this.#check(board);
      const stored: StoredBoard = { key: this.#newKey(board.name), ...board };
      this.#refuseBoundPorts(stored, null);
      await this.#save([...this.#stored, stored]);
      const added = toBoard(stored);
      this.#changed.fire({ type: 'added', board: added });
      return added;
    });
  }

  /**
   * Rejects with LabError NOT_FOUND, NAME_TAKEN, CONFLICT, UNSUPPORTED (bindings for a virtual board), BAD_REQUEST (a
   * rule), DISK_FULL.
   */
  update(boardId: string, patch: BoardPatch): Promise<Board> {
    return this.#queue.run('boards', async () => {
      const before = this.#require(boardId);
      if (before.virtual !== null && (patch.consoles?.length || patch.power))
        fail(
          'UNSUPPORTED',
          `${boardId} is virtual: it brings its own console and power`,
          'Add a board from a port to bind real lines.',
          { field: patch.consoles?.length ? 'consoles' : 'power' },
        );
      if (patch.name !== undefined && patch.name !== before.name) this.#refuseTakenName(patch.name);
      const given = Object.entries(patch).filter(
        ([key, value]) => key in boardPatch.shape && value !== undefined,
      );
      const after: StoredBoard = { ...before, ...Object.fromEntries(given) };
      if (patch.rules) this.#check(after);
      this.#refuseBoundPorts(after, before);
      await this.#save(this.#stored.map((stored) => (stored === before ? after : stored)));
      const board = toBoard(after);
      this.#changed.fire({ type: 'updated', board, before: toBoard(before) });
      return board;
    });
  }

  /** Forgets the board; what was recorded stays. Rejects with LabError NOT_FOUND, DISK_FULL. */
  remove(boardId: string): Promise<void> {
    return this.#queue.run('boards', async () => {
      const gone = this.#require(boardId);
      await this.#save(this.#stored.filter((stored) => stored !== gone));
      this.#changed.fire({ type: 'removed', board: toBoard(gone) });
    });
  }

  #require(boardId: string): StoredBoard {
    return (
      this.#stored.find((board) => board.name === boardId) ??
      fail('NOT_FOUND', `There is no board named ${boardId}`, 'See the list of boards for their names.')
    );
  }

  /** Writes first: what could not be kept must not look as if it had been. */
  async #save(next: readonly StoredBoard[]): Promise<void> {
    await this.#file.write({ version: 1, boards: [...next] });
    this.#stored = next;
    this.#revision += 1;
  }

  async #addFirst(): Promise<void> {
    const first = newBoard.parse({ name: 'virtual-1', virtual: 'sim' });
    const stored: StoredBoard = { key: this.#newKey(first.name), ...first };
    try {
      await this.#save([stored]);
    } catch (error) {
      // A full or read-only disk must not keep the bench from opening; the next change tries again.
      this.#logger.warn('the list of boards could not be written', { error });
      this.#stored = [stored];
      this.#revision += 1;
    }
  }

  #refuseTakenName(name: string): void {
    if (this.find(name))
      fail('NAME_TAKEN', `There is a board named ${name} already`, 'Choose another name.', { field: 'name' });
  }

  #refuseBoundPorts(candidate: StoredBoard, replaces: StoredBoard | null): void {
    const others = this.#stored.filter((stored) => stored !== replaces).flatMap(claimsOf);
    const seen = [...others];
    for (const claim of claimsOf(candidate)) {
      const taken = seen.find((other) => this.#isSamePort(other.match, claim.match));
      if (taken)
        fail(
          'CONFLICT',
          `${claim.match.value} is ${taken.role} of ${taken.name} already`,
          `Unbind it there first, or choose another port.`,
          { field: fieldOf(candidate, claim.role), details: { boardId: taken.name, role: taken.role } },
        );
      seen.push(claim);
    }
  }

  /** The same words, or other words for the same node: a link, a detour, by id and by path. */
  #isSamePort(a: PortMatch, b: PortMatch): boolean {
    if (matchKey(a) === matchKey(b)) return true;
    const node = this.#nodeOf(a);
    return node !== null && node === this.#nodeOf(b);
  }

  #newKey(name: string): string {
    for (;;) {
      const key = `${name}-${randomSuffix()}`;
      if (!this.#isKeyUsed(key) && !this.#stored.some((stored) => stored.key === key)) return key;
    }
  }
}

function meets(port: Pick<Port, 'device' | 'byId' | 'byPath'>, match: PortMatch): boolean {
  if (match.by === 'id') return port.byId === match.value;
  if (match.by === 'path') return port.byPath === match.value;
  return realpath(match.value) === port.device;
}

function realpath(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    return null;
  }
}

function fieldOf(board: StoredBoard, role: string): string {
  const index = board.consoles.findIndex((console) => `console ${console.name}` === role);
  return index === -1 ? 'power.match' : `consoles.${index}.match`;
}

function randomSuffix(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
}
