import type { Clock } from '../../main/base/clock.ts';
import { Emitter } from '../../main/base/emitter.ts';
import type { BoardsChange } from '../../main/boards/index.ts';
import {
  type Board,
  type BoardId,
  fail,
  type Leds,
  type NewBoardInput,
  newBoard,
  type PowerReading,
  type SwitchState,
} from '../../main/contract/index.ts';

/** Boards with outlets that obey, to see what is asked of them. */
export class FakePower {
  readonly #clock: Clock;
  readonly #boards = new Map<BoardId, Board>();
  readonly #keys = new Map<BoardId, string>();
  readonly #readings = new Map<BoardId, PowerReading>();
  readonly #changed = new Emitter<PowerReading>();
  readonly #boardsChanged = new Emitter<BoardsChange>();
  readonly onDidChange = this.#changed.event;
  readonly boards = {
    list: () => [...this.#boards.values()],
    find: (boardId: string) => this.#boards.get(boardId as BoardId) ?? null,
    get: (boardId: string) => this.#boards.get(boardId as BoardId) ?? fail('NOT_FOUND', `no ${boardId}`),
    key: (boardId: string) => this.#keys.get(boardId as BoardId) ?? fail('NOT_FOUND', `no ${boardId}`),
    onDidChange: this.#boardsChanged.event,
  };
  /** `a on you`: what was asked for, also what failed. */
  readonly sent: string[] = [];
  /** `a 101`, with its note behind it. */
  readonly painted: string[] = [];
  /** Switching and painting fail with this. */
  failure: Error | null = null;
  /** Painting waits for this. */
  gate: Promise<void> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(name: BoardId, fields: Omit<NewBoardInput, 'name'> = {}, reading: Partial<PowerReading> = {}): void {
    const board: Board = { boardId: name, ...newBoard.parse({ name, ...fields }) };
    this.#boards.set(name, board);
    this.#keys.set(name, `${name}-000000`);
    this.#readings.set(name, {
      boardId: name,
      switchable: true,
      outlet: {
        kind: 'acm-cable',
        label: 'a cable',
        switching: 'alone',
        alsoCuts: [],
        alsoPowers: [],
        refuses: null,
        leds: 3,
        readable: false,
        metered: false,
      },
      commanded: null,
      commandedAtMs: null,
      commandedBy: null,
      known: 'unknown',
      evidence: { kind: 'none', text: '', atMs: this.#clock.nowMs() },
      witnesses: [],
      verdict: null,
      meter: null,
      idleOffAtMs: null,
      idleOffHeld: null,
      busy: false,
      leds: [false, false, false],
      ledState: null,
      ...reading,
    });
    this.#boardsChanged.fire({ type: 'added', board });
  }

  update(name: BoardId, fields: Partial<Board>): void {
    const before = this.boards.get(name);
    const board = { ...before, ...fields };
    this.#boards.set(name, board);
    this.#boardsChanged.fire({ type: 'updated', board, before });
  }

  rename(from: BoardId, to: BoardId): void {
    const before = this.boards.get(from);
    const board = { ...before, boardId: to, name: to };
    const reading = { ...this.read(from), boardId: to };
    this.#keys.set(to, this.boards.key(from));
    for (const map of [this.#boards, this.#keys, this.#readings]) map.delete(from);
    this.#boards.set(to, board);
    this.#readings.set(to, reading);
    this.#boardsChanged.fire({ type: 'updated', board, before });
    this.#changed.fire(reading);
  }

  remove(name: BoardId): void {
    const board = this.boards.get(name);
    for (const map of [this.#boards, this.#keys, this.#readings]) map.delete(name);
    this.#boardsChanged.fire({ type: 'removed', board });
  }

  read(boardId: BoardId): PowerReading {
    return this.#readings.get(boardId) ?? fail('NOT_FOUND', `no ${boardId}`);
  }

  /** Something about it changed by itself. */
  change(boardId: BoardId, fields: Partial<PowerReading>): void {
    const reading = { ...this.read(boardId), ...fields };
    this.#readings.set(boardId, reading);
    this.#changed.fire(reading);
  }

  async set(boardId: BoardId, state: SwitchState, by: string): Promise<void> {
    this.sent.push(`${boardId} ${state} ${by}`);
    if (this.failure) throw this.failure;
    this.change(boardId, {
      commanded: state,
      commandedAtMs: this.#clock.nowMs(),
      commandedBy: by,
      known: 'unknown',
      evidence: { kind: 'none', text: '', atMs: this.#clock.nowMs() },
    });
  }

  async setLeds(
    boardId: BoardId,
    frame: (now: Leds) => Leds | null,
    note: string | null,
  ): Promise<PowerReading> {
    await this.gate;
    const leds = frame(this.read(boardId).leds);
    if (leds) {
      this.painted.push(`${boardId} ${leds.map(Number).join('')}${note === null ? '' : ` ${note}`}`);
      if (this.failure) throw this.failure;
      this.change(boardId, { leds });
    }
    return this.read(boardId);
  }
}
