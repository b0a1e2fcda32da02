import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../base/clock.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { Emitter, type Event } from '../../base/emitter.ts';
import type { Logger } from '../../base/logger.ts';
import type { BoardsChange } from '../../boards/index.ts';
import {
  type Board,
  type BoardId,
  type Boot,
  fail,
  type LedPattern,
  type LedState,
  type PowerReading,
} from '../../contract/index.ts';
import { standing } from '../policies/standing.ts';
import { LedBoard } from './ledBoard.ts';
import { silence } from './ledFrame.ts';
import type { LedMemory } from './ledMemory.ts';
import { type LedOutlets, LedPainter } from './ledPainter.ts';
import { type StageOrder, stateByRules } from './ledRules.ts';

export interface LedLanguageDeps {
  readonly boards: {
    list(): Board[];
    find(boardId: string): Board | null;
    get(boardId: string): Board;
    key(boardId: string): string;
    readonly onDidChange: Event<BoardsChange>;
  };
  readonly power: LedOutlets & { readonly onDidChange: Event<PowerReading> };
  readonly memory: LedMemory;
  readonly stageOrder: StageOrder;
  /** Who holds a console of the board by name. */
  readonly holdersOf: (boardId: BoardId) => readonly string[];
  /** A LAVA job has the board. */
  readonly hasJob: (boardId: BoardId) => boolean;
  /** It hangs on a hub port whose light can be set: then it has something to say even without LEDs of its own. */
  readonly hasPortLight: (boardId: BoardId) => boolean;
  readonly clock: Clock;
  /** Milliseconds by a clock nobody sets. */
  readonly monotonicMs: () => number;
  readonly logger: Logger;
}

/**
 * What boards say with their LEDs: `this-one` while somebody looks for a board, else what was said by hand, else what
 * an expect rule shows, else what the board's rules make of its power, boots and leases. Where nothing is said the LEDs
 * are as people set them.
 */
export class LedLanguage {
  readonly #deps: LedLanguageDeps;
  readonly #boards = new Map<BoardId, LedBoard>();
  readonly #held = new DisposableStore();
  readonly #painter: LedPainter;
  readonly #changed = new Emitter<BoardId>();
  /** What the LEDs of this board say is something else now. */
  readonly onDidChange: Event<BoardId> = this.#changed.event;

  constructor(deps: LedLanguageDeps) {
    this.#deps = deps;
    this.#painter = this.#held.add(new LedPainter(this.#boards, deps));
  }

  /** Call after power started and the memory is loaded. */
  start(): void {
    const { boards, power } = this.#deps;
    const list = boards.list();
    this.#deps.memory.keepOnly(new Set(list.map(({ boardId }) => boards.key(boardId))));
    for (const board of list) this.#add(board.boardId);
    this.#held.add(boards.onDidChange((change) => this.#onBoards(change)));
    this.#held.add(power.onDidChange((reading) => this.#onPower(reading)));
  }

  ledState(boardId: BoardId): LedState | null {
    return this.#boards.get(boardId)?.state ?? null;
  }

  /**
   * Shows a state by hand; null lets the rules decide again. Rejects with LabError NOT_FOUND, UNSUPPORTED (no LEDs),
   * CONFLICT and whatever setting an LED does; then it says what it said before.
   */
  async say(boardId: BoardId, state: LedState | null): Promise<PowerReading> {
    const board = this.#require(boardId);
    const before = board.byHand;
    board.byHand = state;
    this.#review(boardId, board, 'later');
    const hasLeds = (this.#deps.power.read(boardId).outlet?.leds ?? 0) > 0;
    if (state === null || !hasLeds) this.#painter.paint(boardId, board);
    else
      await this.#painter.paintNow(boardId, board).catch((error: unknown) => {
        board.byHand = before;
        this.#reviewAgain(board);
        throw error;
      });
    return this.#deps.power.read(this.#nameOf(board) ?? boardId);
  }

  /** An expect rule shows a state until the next boot; harmless for a board whose language is off. */
  showByRule(boardId: BoardId, state: LedState): void {
    const board = this.#boards.get(boardId);
    if (!board) return;
    board.byRule = { state, atMs: this.#deps.clock.nowMs() };
    this.#review(boardId, board);
  }

  /** Blinks until told otherwise. Rejects like `say`. */
  async seek(boardId: BoardId): Promise<void> {
    const board = this.#require(boardId);
    if (board.isSought) return;
    board.isSought = true;
    this.#review(boardId, board, 'later');
    await this.#painter.paintNow(boardId, board).catch((error: unknown) => {
      board.isSought = false;
      this.#reviewAgain(board);
      throw error;
    });
  }

  /** Says again what it said before `seek`; harmless when nobody looks for it. */
  endSeek(boardId: BoardId): void {
    const board = this.#boards.get(boardId);
    if (!board?.isSought) return;
    board.isSought = false;
    this.#review(boardId, board);
  }

  /** A boot of a board's console began, went on or ended. */
  noteBoot(boardId: BoardId, consoleName: string, boot: Boot): void {
    const board = this.#boards.get(boardId);
    if (!board) return;
    board.noteBoot(consoleName, boot);
    this.#review(boardId, board);
  }

  /** Who holds the board, or which job has it, may have changed. */
  noteUse(boardId: BoardId): void {
    const board = this.#boards.get(boardId);
    if (board) this.#review(boardId, board);
  }

  /** Stops; the LEDs stay as they are. Never rejects. */
  async close(): Promise<void> {
    this.#held.dispose();
    await this.#deps.memory.settled();
  }

  #require(boardId: string): LedBoard {
    const { boards, power } = this.#deps;
    const name = boards.get(boardId).boardId;
    const board = this.#boards.get(name);
    if (!board || !this.#hasLights(name, power.read(name)))
      fail(
        'UNSUPPORTED',
        `${boardId} has no LEDs`,
        'The ACM power cable has three; some hubs have one per port.',
      );
    return board;
  }

  #hasLights(boardId: BoardId, { outlet }: PowerReading): boolean {
    return (outlet?.leds ?? 0) > 0 || this.#deps.hasPortLight(boardId);
  }

  #add(boardId: BoardId): void {
    const { boards, power, memory } = this.#deps;
    const board = new LedBoard(power.read(boardId), memory.get(boards.key(boardId)));
    this.#boards.set(boardId, board);
    this.#review(boardId, board);
    this.#painter.paint(boardId, board);
  }

  #onBoards(change: BoardsChange): void {
    const { boardId } = change.board;
    if (change.type === 'updated') {
      const board = this.#boards.get(change.before.boardId);
      if (!board) return;
      this.#boards.delete(change.before.boardId);
      this.#boards.set(boardId, board);
      this.#review(boardId, board);
    } else if (change.type === 'added') this.#add(boardId);
    else this.#boards.delete(boardId);
  }

  #onPower(reading: PowerReading): void {
    const { boardId } = reading;
    const board = this.#boards.get(boardId);
    if (!board) return;
    board.see(reading);
    this.#review(boardId, board);
    this.#remember(boardId, board);
    this.#painter.paint(boardId, board);
  }

  /** Makes out what is to be said now, and sends it, unless the caller does (`later`). */
  #review(boardId: BoardId, board: LedBoard, when: 'now' | 'later' = 'now'): void {
    const state = this.#stateOf(boardId, board);
    const pattern = this.#patternOf(boardId, state);
    const isNews = state !== board.state;
    if (!isNews && isDeepStrictEqual(pattern, board.pattern)) return;
    board.state = state;
    board.pattern = pattern;
    board.isOwed = true;
    board.isNews ||= isNews;
    this.#remember(boardId, board);
    if (isNews) this.#changed.fire(boardId);
    if (when === 'now') this.#painter.paint(boardId, board);
  }

  #reviewAgain(board: LedBoard): void {
    const name = this.#nameOf(board);
    if (name !== null) this.#review(name, board);
  }

  #nameOf(board: LedBoard): BoardId | null {
    for (const [boardId, other] of this.#boards) if (other === board) return boardId;
    return null;
  }

  #stateOf(boardId: BoardId, board: LedBoard): LedState | null {
    if (board.isSought) return 'this-one';
    if (board.byHand !== null) return board.byHand;
    const { boards, power, holdersOf, hasJob, stageOrder } = this.#deps;
    const { ledLanguage } = boards.get(boardId);
    const reading = power.read(boardId);
    if (!ledLanguage.enabled || !this.#hasLights(boardId, reading)) return null;
    if (board.byRule) return board.byRule.state;
    const facts = {
      power: standing(reading),
      boots: [...board.boots.values()],
      holders: holdersOf(boardId),
      hasJob: hasJob(boardId),
    };
    return stateByRules(ledLanguage.rules, facts, stageOrder);
  }

  #patternOf(boardId: BoardId, state: LedState | null): LedPattern {
    return state === null ? silence : this.#deps.boards.get(boardId).ledLanguage.patterns[state];
  }

  /** How people set the LEDs, for as long as something else is shown: a kill must not make that theirs. */
  #remember(boardId: BoardId, board: LedBoard): void {
    const { memory, boards } = this.#deps;
    const isTheirs = board.state === null && !board.isOwed;
    memory.keep(boards.key(boardId), isTheirs ? null : board.hand);
  }
}
