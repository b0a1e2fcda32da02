import { randomInt } from 'node:crypto';
import path from 'node:path';
import type { z } from 'zod';
import { Emitter, type Event } from '../base/emitter.ts';
import { JsonFile } from '../base/jsonFile.ts';
import { loadTelling } from '../base/jsonFileTelling.ts';
import { KeyedQueue } from '../base/keyedQueue.ts';
import type { Logger } from '../base/logger.ts';
import {
  type Board,
  type BoardId,
  type BoardPatch,
  fail,
  type NewBoard,
  newBoard,
  type PortMatch,
} from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';
import { meanSamePort } from '../ports/index.ts';
import { boardsDocument, type StoredBoard, toBoard } from './boardsFile.ts';
import { type Claim, claimsOf, refuseTakenPorts, socketClaimsOf, withMatches } from './claims.ts';
import { patched } from './patched.ts';

export type BoardsChange =
  | { readonly type: 'added' | 'removed'; readonly board: Board }
  | { readonly type: 'updated'; readonly board: Board; readonly before: Board };

export interface Binding {
  readonly boardId: BoardId;
  /** `console main`, `power` or `USB device`. */
  readonly role: string;
}

/** The boards the user named, kept in `<dir>/boards.json`. A change is visible once it is on the disk. */
export class BoardsService {
  readonly #file: JsonFile<z.infer<typeof boardsDocument>>;
  readonly #notices: NoticesService;
  readonly #logger: Logger;
  readonly #isKeyUsed: (key: string) => boolean;
  readonly #nodeOf: (match: PortMatch) => string | null;
  readonly #complete: (match: PortMatch) => PortMatch;
  readonly #check: (board: Pick<Board, 'rules'>) => void;
  readonly #queue = new KeyedQueue<'boards'>();
  readonly #changed = new Emitter<BoardsChange>();
  readonly onDidChange: Event<BoardsChange> = this.#changed.event;
  #stored: readonly StoredBoard[] = [];
  #revision = 0;

  /**
   * `isKeyUsed` says whether something on disk already goes by a key, such as recordings of a removed board;
   * `nodeOf` which node a match means now, null while it is unplugged; `complete` fills in what a match left to be
   * seen, and gives back the match itself where there is nothing to fill in; `check` throws LabError BAD_REQUEST for what
   * other domains cannot work with.
   */
  constructor(deps: {
    dir: string;
    notices: NoticesService;
    logger: Logger;
    isKeyUsed?: (key: string) => boolean;
    nodeOf?: (match: PortMatch) => string | null;
    complete?: (match: PortMatch) => PortMatch;
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
    this.#complete = deps.complete ?? ((match) => match);
    this.#check = deps.check ?? (() => {});
  }

  /**
   * Reads the file; never rejects. Where no board is known (first start, or the file had to be set aside, which a
   * notice tells) there is one virtual board, so that there is something to try. A list that is empty stays empty.
   */
  async start(): Promise<void> {
    const kept = await loadTelling(this.#file, {
      what: 'The list of boards',
      topic: 'boards-file',
      notices: this.#notices,
      logger: this.#logger,
    });
    if (kept) this.#stored = kept.boards;
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

  /** Every port that boards bind, and as what. */
  claims(): Claim[] {
    return this.#stored.flatMap(claimsOf);
  }

  /** Who binds this port, in these or other words, and as what. */
  bindingOf(match: PortMatch): Binding | null {
    const claim = this.claims().find((other) => this.#isSamePort(other.match, match));
    return claim ? { boardId: claim.boardId, role: claim.role } : null;
  }

  /** Which board this USB socket powers (`power`), or whose own device it holds (`USB device`). */
  bindingOfSocket(socketId: string): Binding | null {
    const claim = this.#stored.flatMap(socketClaimsOf).find(({ socket }) => socket === socketId);
    return claim ? { boardId: claim.boardId, role: claim.role } : null;
  }

  /** Rejects with LabError NAME_TAKEN, CONFLICT (the port is bound already), BAD_REQUEST (a rule), DISK_FULL. */
  add(board: NewBoard): Promise<Board> {
    return this.#queue.run('boards', async () => {
      this.#refuseTakenName(board.name);
      this.#check(board);
      const stored: StoredBoard = withMatches({ key: this.#newKey(board.name), ...board }, this.#complete);
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
      if (before.virtual !== null && patch.consoles?.length)
        fail(
          'UNSUPPORTED',
          `${boardId} is virtual: it brings its own console`,
          'Add a board from a port to bind real lines.',
          { field: 'consoles' },
        );
      if (patch.power && (patch.power.kind === 'virtual') !== (before.virtual !== null))
        fail(
          'UNSUPPORTED',
          before.virtual === null
            ? `${boardId} is a real board: a virtual outlet cannot switch it`
            : `${boardId} is virtual: only a virtual outlet can switch it`,
          'Choose another kind of outlet.',
          { field: 'power' },
        );
      if (before.virtual !== null && patch.usbSocket)
        fail('UNSUPPORTED', `${boardId} is virtual: it hangs in no USB socket`, 'Leave its USB socket out.', {
          field: 'usbSocket',
        });
      if (patch.name !== undefined && patch.name !== before.name) this.#refuseTakenName(patch.name);
      const after = withMatches(patched(before, patch), this.#complete);
      if (patch.rules) this.#check(after);
      this.#refuseBoundPorts(after, before);
      await this.#save(this.#stored.map((stored) => (stored === before ? after : stored)));
      const board = toBoard(after);
      this.#changed.fire({ type: 'updated', board, before: toBoard(before) });
      return board;
    });
  }

  /**
   * Keeps who sits in a socket that a board binds without saying who must: call when ports changed. Never rejects:
   * what a full disk does not take now is tried again at the next change.
   */
  learn(): Promise<void> {
    return this.#queue.run('boards', async () => {
      const next = this.#stored.map((stored) => withMatches(stored, this.#complete));
      const learned = this.#stored.flatMap((before, index) => {
        const after = next[index];
        return after === undefined || after === before ? [] : [{ before, after }];
      });
      if (learned.length === 0) return;
      try {
        await this.#save(next);
      } catch (error) {
        this.#logger.warn('who sits in the sockets of boards could not be kept', { error });
        return;
      }
      for (const { before, after } of learned)
        this.#changed.fire({ type: 'updated', board: toBoard(after), before: toBoard(before) });
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
    refuseTakenPorts(
      candidate,
      this.#stored.filter((stored) => stored !== replaces),
      (a, b) => this.#isSamePort(a, b),
    );
  }

  /** The same words, or other words for the same port: a link, by id and by path, hub and port. */
  #isSamePort(a: PortMatch, b: PortMatch): boolean {
    if (meanSamePort(a, b)) return true;
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

function randomSuffix(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
}
