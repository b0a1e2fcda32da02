import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';
import { type BoardId, LabError, type Leds, type PowerReading } from '../../contract/index.ts';
import { Alarm } from '../policies/alarm.ts';
import type { LedBoard } from './ledBoard.ts';
import { blinks, sameLeds } from './ledFrame.ts';

export interface LedOutlets {
  read(boardId: BoardId): PowerReading;
  /**
   * Sets all LEDs as one mutation; `frame` is asked when its turn has come, null: nothing to do. `note` stands in the
   * recording's mark; null: no mark. Rejects with LabError; power stays as it is.
   */
  setLeds(boardId: BoardId, frame: (now: Leds) => Leds | null, note: string | null): Promise<unknown>;
}

export interface LedPainterDeps {
  readonly boards: { find(boardId: string): unknown };
  readonly power: LedOutlets;
  readonly clock: Clock;
  /** Milliseconds by a clock nobody sets. */
  readonly monotonicMs: () => number;
  readonly logger: Logger;
}

/** Half a blink: 1 Hz. */
export const halfBlinkMs = 500;
const firstRetryMs = 1_000;
const mostRetryMs = 60_000;

interface Brush {
  isBusy: boolean;
  failures: number;
  notBeforeMs: number;
  /** It was refused since power's bit is not known: until somebody switches power there is no use in trying. */
  refusedAt: { readonly commandedAtMs: number | null } | null;
}

/**
 * Brings to the LEDs what their boards are to show. All blink together, by one timer that rests while none does. A
 * slow cable has one write under way at most and misses blinks; one that fails is left alone for a while.
 */
export class LedPainter implements Disposable {
  readonly #deps: LedPainterDeps;
  readonly #boards: ReadonlyMap<BoardId, LedBoard>;
  readonly #brushes = new WeakMap<LedBoard, Brush>();
  readonly #alarm: Alarm;
  #disposed = false;

  constructor(boards: ReadonlyMap<BoardId, LedBoard>, deps: LedPainterDeps) {
    this.#boards = boards;
    this.#deps = deps;
    const { clock, monotonicMs } = deps;
    this.#alarm = new Alarm({ clock, monotonicMs, ring: () => this.#paintAll() });
  }

  /** Sends what is owed, when that is possible now; otherwise it stays owed. Never fails. */
  paint(boardId: BoardId, board: LedBoard): void {
    void this.#paint(boardId, board);
    this.#setAlarm();
  }

  /** Somebody waits for it: rejects with LabError, CONFLICT while a light could move power. */
  async paintNow(boardId: BoardId, board: LedBoard): Promise<void> {
    const reading = this.#deps.power.read(boardId);
    if (!board.mayWrite(reading, true))
      throw new LabError(
        'CONFLICT',
        `What the power cable of ${boardId} holds is not known, and the byte for an LED carries power too`,
        { hint: 'Switch power on or off once; then the LEDs can be set.' },
      );
    await this.#send(boardId, board);
    // The driver knew power's bit: then it may go on.
    board.isVentured = true;
    this.#setAlarm();
  }

  dispose(): void {
    this.#disposed = true;
    this.#alarm.dispose();
  }

  #paintAll(): void {
    for (const [boardId, board] of this.#boards) void this.#paint(boardId, board);
    this.#setAlarm();
  }

  async #paint(boardId: BoardId, board: LedBoard): Promise<void> {
    const brush = this.#brushOf(board);
    const reading = this.#read(boardId);
    if (!reading || (!board.isOwed && !blinks(board.pattern))) return;
    if (this.#disposed || brush.isBusy || reading.busy || !board.mayWrite(reading, false)) return;
    if (brush.refusedAt && brush.refusedAt.commandedAtMs === reading.commandedAtMs) return;
    if (this.#deps.monotonicMs() < brush.notBeforeMs) return;
    brush.refusedAt = null;
    if (this.#isThere(board, reading.leds)) {
      board.isOwed = false;
      board.isNews = false;
      return;
    }
    brush.isBusy = true;
    try {
      await this.#send(boardId, board);
      brush.failures = 0;
    } catch (error) {
      this.#failed(boardId, brush, error);
    } finally {
      brush.isBusy = false;
    }
    this.#setAlarm();
    // What changed while it was under way.
    if (board.isOwed && brush.failures === 0 && brush.refusedAt === null) this.#paintSoon(board);
  }

  #paintSoon(board: LedBoard): void {
    for (const [boardId, other] of this.#boards) if (other === board) void this.#paint(boardId, board);
  }

  async #send(boardId: BoardId, board: LedBoard): Promise<void> {
    // "Nothing" needs no light to say it.
    const isNews = board.isNews && board.state !== null;
    const note = board.isNews ? `LEDs say ${board.state ?? 'nothing'}` : null;
    // Owed again by whatever changes from here on.
    board.isOwed = false;
    board.isNews = false;
    let sent: Leds | null = null;
    try {
      await this.#deps.power.setLeds(
        boardId,
        (now) => {
          const frame = board.frame(this.#isLit);
          if (sameLeds(now, frame) && !isNews) return null;
          sent = frame;
          board.sending(frame);
          return frame;
        },
        note,
      );
    } catch (error) {
      board.isOwed = true;
      board.isNews ||= note !== null;
      throw error;
    } finally {
      board.sent(sent);
    }
  }

  /** A state that is news is written though its lights are lit already: so each has its mark in the recording. */
  #isThere(board: LedBoard, now: Leds): boolean {
    const hasSaidIt = board.state === null || !board.isNews;
    return hasSaidIt && sameLeds(now, board.frame(this.#isLit));
  }

  #failed(boardId: BoardId, brush: Brush, error: unknown): void {
    const { logger, monotonicMs } = this.#deps;
    brush.failures += 1;
    const waitMs = Math.min(mostRetryMs, firstRetryMs * 2 ** (brush.failures - 1));
    brush.notBeforeMs = monotonicMs() + waitMs;
    const reading = this.#read(boardId);
    if (error instanceof LabError && error.code === 'CONFLICT' && reading)
      brush.refusedAt = { commandedAtMs: reading.commandedAtMs };
    else if (brush.failures === 1) logger.info('LEDs do not say what they should', { boardId, error });
  }

  /** null: it was renamed or removed just now, and whoever holds these boards has yet to hear of it. */
  #read(boardId: BoardId): PowerReading | null {
    return this.#deps.boards.find(boardId) ? this.#deps.power.read(boardId) : null;
  }

  #brushOf(board: LedBoard): Brush {
    const known = this.#brushes.get(board);
    if (known) return known;
    const brush: Brush = { isBusy: false, failures: 0, notBeforeMs: 0, refusedAt: null };
    this.#brushes.set(board, brush);
    return brush;
  }

  get #isLit(): boolean {
    return Math.floor(this.#deps.monotonicMs() / halfBlinkMs) % 2 === 0;
  }

  #setAlarm(): void {
    if (this.#disposed) return;
    const nowMs = this.#deps.monotonicMs();
    const nextBlinkMs = (Math.floor(nowMs / halfBlinkMs) + 1) * halfBlinkMs;
    const due = [...this.#boards].flatMap(([boardId, board]) => {
      const { notBeforeMs, refusedAt, isBusy } = this.#brushOf(board);
      const isBlinking = blinks(board.pattern);
      if (refusedAt || (!isBlinking && (!board.isOwed || isBusy))) return [];
      // Whatever lets it be written is told: nothing has to be looked at until then.
      const reading = this.#read(boardId);
      if (!reading || !board.mayWrite(reading, false)) return [];
      if (notBeforeMs > nowMs) return [notBeforeMs];
      return isBlinking ? [nextBlinkMs] : [];
    });
    this.#alarm.set(due.length === 0 ? null : Math.min(...due));
  }
}
