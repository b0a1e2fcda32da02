import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter, type Event } from '../../base/emitter.ts';
import { messageOf } from '../../base/errno.ts';
import type { Logger } from '../../base/logger.ts';
import type { BoardsChange } from '../../boards/index.ts';
import type { Board, BoardId, PowerReading } from '../../contract/index.ts';
import type { NoticesService } from '../../notices/index.ts';
import { Alarm } from './alarm.ts';
import { IdleCount } from './idleCount.ts';
import { maySwitchOff } from './standing.ts';

export interface IdleOffDeps {
  readonly boards: { list(): Board[]; readonly onDidChange: Event<BoardsChange> };
  readonly power: {
    read(boardId: BoardId): PowerReading;
    readonly onDidChange: Event<PowerReading>;
    /** Switches it off as `idle`. Rejects with LabError. */
    off(boardId: BoardId): Promise<void>;
  };
  /** Somebody works with it: a lease is held, a task runs. */
  readonly isInUse: (boardId: BoardId) => boolean;
  /** Why nobody could hear the board if it printed; null: a console of it is open, or it has none. */
  readonly deafTo: (boardId: BoardId) => string | null;
  readonly notices: Pick<NoticesService, 'post' | 'dismiss'>;
  readonly clock: Clock;
  /** Milliseconds by a clock nobody sets: a host clock that is put right must not switch anything off. */
  readonly monotonicMs: () => number;
  readonly logger: Logger;
}

/** Output moves the time a board goes off all the while; what is shown of it is no older than this. */
const showEveryMs = 10_000;
/** After a failure; the board's own idle time where that is longer. */
const retryAfterMs = 10 * 60_000;

/**
 * Switches boards off that were idle for as long as their policy says. Whatever happens to a board starts its count
 * anew: output, a power command, a lease or a task that ends. A start of Labdeck does too. While no console of a board
 * that has some is open, its silence is no idleness and nothing counts.
 */
export class IdleOff implements Disposable {
  readonly #deps: IdleOffDeps;
  readonly #counts = new Map<BoardId, IdleCount>();
  readonly #held = new DisposableStore();
  readonly #alarm: Alarm;
  readonly #changed = new Emitter<BoardId>();
  /** `idleOffAtMs` or `idleOffHeld` of this board is another. */
  readonly onDidChange: Event<BoardId> = this.#changed.event;

  constructor(deps: IdleOffDeps) {
    this.#deps = deps;
    const { clock, monotonicMs } = deps;
    this.#alarm = this.#held.add(new Alarm({ clock, monotonicMs, ring: () => this.#reviewAll() }));
  }

  /** Call after power started. */
  start(): void {
    const { boards, power } = this.#deps;
    for (const board of boards.list()) this.#follow(board);
    this.#held.add(boards.onDidChange((change) => this.#onBoards(change)));
    this.#held.add(power.onDidChange((reading) => this.#onPower(reading)));
    this.#reviewAll();
  }

  /** When the board goes off, in milliseconds since the epoch, as shown; null: not by itself. */
  idleOffAtMs(boardId: BoardId): number | null {
    return this.#counts.get(boardId)?.shownAtMs ?? null;
  }

  /** Why its minutes don't count now; null: they do, or it is not to go off. */
  idleOffHeld(boardId: BoardId): string | null {
    return this.#counts.get(boardId)?.held ?? null;
  }

  /** The board printed, was typed at or is otherwise used. Cheap: called for each chunk a console prints. */
  noteActivity(boardId: BoardId): void {
    const count = this.#counts.get(boardId);
    if (!count) return;
    const nowMs = this.#deps.monotonicMs();
    count.restart(nowMs, this.#deps.clock.nowMs());
    if (nowMs - count.shownSinceMs >= showEveryMs) this.#review(boardId, count);
  }

  /** A lease or a task of the board began or ended. */
  noteUse(boardId: BoardId): void {
    const count = this.#counts.get(boardId);
    if (!count) return;
    count.restart(this.#deps.monotonicMs(), this.#deps.clock.nowMs());
    this.#review(boardId, count);
  }

  /** A console of the board opened or closed. Cheap: called whenever one of them has news. */
  noteConsole(boardId: BoardId): void {
    const count = this.#counts.get(boardId);
    if (count && this.#deps.deafTo(boardId) !== count.deafTo) this.#review(boardId, count);
  }

  /** Looks at every board anew: what is used may have changed. */
  reviewUse(): void {
    for (const [boardId, count] of this.#counts)
      if (this.#deps.isInUse(boardId) !== count.wasInUse) this.noteUse(boardId);
  }

  dispose(): void {
    this.#held.dispose();
    this.#counts.clear();
  }

  #follow(board: Board, before?: IdleCount): void {
    const { idleOffMinutes } = board.powerPolicy;
    if (idleOffMinutes === null) {
      this.#drop(board.boardId);
      return;
    }
    const { monotonicMs, clock } = this.#deps;
    const count = before ?? new IdleCount(monotonicMs(), clock.nowMs());
    count.idleMs = idleOffMinutes * 60_000;
    this.#counts.set(board.boardId, count);
  }

  #drop(boardId: BoardId): void {
    if (!this.#counts.delete(boardId)) return;
    this.#deps.notices.dismiss(topicOf(boardId));
    this.#changed.fire(boardId);
  }

  #onBoards(change: BoardsChange): void {
    const { board } = change;
    if (change.type === 'removed') this.#drop(board.boardId);
    else {
      const before = change.type === 'updated' ? change.before.boardId : board.boardId;
      const count = this.#counts.get(before);
      if (before !== board.boardId) this.#drop(before);
      this.#follow(board, count);
    }
    this.#reviewAll();
  }

  #onPower(reading: PowerReading): void {
    const count = this.#counts.get(reading.boardId);
    if (!count) return;
    if (count.isNewCommand(reading)) {
      // Whoever switched it knows how it stands now.
      this.#deps.notices.dismiss(topicOf(reading.boardId));
      count.restart(this.#deps.monotonicMs(), this.#deps.clock.nowMs());
    }
    this.#review(reading.boardId, count);
  }

  #reviewAll(): void {
    for (const [boardId, count] of this.#counts) this.#review(boardId, count);
    this.#setAlarm();
  }

  /** Switches it off when it is due; otherwise tells when it will be. */
  #review(boardId: BoardId, count: IdleCount): void {
    const nowMs = this.#deps.monotonicMs();
    const reading = this.#deps.power.read(boardId);
    count.wasInUse = this.#deps.isInUse(boardId);
    count.deafTo = this.#deps.deafTo(boardId);
    const rests = maySwitchOff(reading) && !reading.busy && !count.wasInUse && !count.isUnderWay;
    const { shownAtMs: before, held } = count;
    count.held = rests ? count.deafTo : null;
    const runs = rests && count.deafTo === null;
    // What kept it on, or off, counts as use: a board switched on at the plug is not idle for the days before.
    if (runs && count.shownAtMs === null) count.restart(nowMs, this.#deps.clock.nowMs());
    if (!runs) count.stop(nowMs);
    else if (nowMs < count.dueAtMs) count.show(nowMs);
    else void this.#switchOff(boardId, count);
    if (count.shownAtMs !== before || count.held !== held) this.#changed.fire(boardId);
    this.#setAlarm();
  }

  async #switchOff(boardId: BoardId, count: IdleCount): Promise<void> {
    const { power, logger, notices, monotonicMs, clock } = this.#deps;
    count.isUnderWay = true;
    count.stop(monotonicMs());
    try {
      await power.off(boardId);
      logger.info('switched off an idle board', { boardId });
    } catch (error) {
      const minutes = Math.round(count.idleMs / 60_000);
      logger.warn('an idle board could not be switched off', { boardId, error });
      // Told once, however often it is tried: the next success takes it away.
      if (!count.hasFailed)
        notices.post(topicOf(boardId), {
          severity: 'warning',
          title: `${boardId} is idle and could not be switched off`,
          text: `It was to go off after ${minutes} min without use. ${messageOf(error)}. It is tried again later.`,
        });
      count.failed(monotonicMs(), clock.nowMs(), Math.max(count.idleMs, retryAfterMs));
    } finally {
      count.isUnderWay = false;
    }
    // It may have been renamed or removed meanwhile.
    for (const [name, other] of this.#counts) if (other === count) this.#review(name, count);
  }

  #setAlarm(): void {
    const due = [...this.#counts.values()].flatMap((count) =>
      count.shownAtMs === null ? [] : [count.dueAtMs],
    );
    this.#alarm.set(due.length === 0 ? null : Math.min(...due));
  }
}

function topicOf(boardId: BoardId): string {
  return `idle-off-${boardId}`;
}
