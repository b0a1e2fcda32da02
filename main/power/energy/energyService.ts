import path from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { Event } from '../../base/emitter.ts';
import type { Logger } from '../../base/logger.ts';
import type { BoardsChange } from '../../boards/index.ts';
import {
  type Board,
  type BoardId,
  type EnergyReport,
  fail,
  type PowerReading,
} from '../../contract/index.ts';
import type { NoticesService } from '../../notices/index.ts';
import { standing } from '../policies/standing.ts';
import { AliveFile } from './aliveFile.ts';
import { reportEnergy } from './energyReport.ts';
import { LedgerClock } from './ledgerClock.ts';
import { LedgerFile } from './ledgerFile.ts';
import { LedgerKeeper, recordEveryMs, type Standing } from './ledgerKeeper.ts';
import { toSpans } from './spans.ts';

export interface EnergyDeps {
  readonly boards: {
    list(): Board[];
    find(boardId: string): Board | null;
    get(boardId: string): Board;
    key(boardId: string): string;
    readonly onDidChange: Event<BoardsChange>;
  };
  readonly power: { read(boardId: BoardId): PowerReading; readonly onDidChange: Event<PowerReading> };
  /** Ledgers live here, one a board. */
  readonly dir: string;
  readonly notices: Pick<NoticesService, 'post' | 'dismiss'>;
  readonly clock: Clock;
  /** Milliseconds by a clock nobody sets. */
  readonly monotonicMs: () => number;
  readonly logger: Logger;
}

export interface EnergyQuestion {
  /** Milliseconds since the epoch. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly points: number;
}

interface Ledger {
  readonly file: LedgerFile;
  keeper: LedgerKeeper;
}

const dayMs = 24 * 3_600_000;
const leastStepMs = 1_000;

/** What each board took, kept by its key for 400 days, and what that sums up to. */
export class EnergyService {
  readonly #deps: EnergyDeps;
  readonly #ledgers = new Map<BoardId, Ledger>();
  readonly #held = new DisposableStore();
  readonly #stop = new AbortController();
  readonly #time: LedgerClock;
  readonly #alive: AliveFile;
  readonly #unsaved = new Set<string>();
  #opening: Promise<void> = Promise.resolve();
  #ticking: Promise<void> = Promise.resolve();

  constructor(deps: EnergyDeps) {
    this.#deps = deps;
    this.#time = new LedgerClock(deps.clock, deps.monotonicMs);
    this.#alive = new AliveFile(path.join(deps.dir, 'alive'));
  }

  /** Never rejects. Call after power started. */
  async start(): Promise<void> {
    const { boards, power } = this.#deps;
    const aliveAtMs = await this.#alive.read();
    await Promise.all(boards.list().map(({ boardId }) => this.#open(boards.key(boardId), aliveAtMs)));
    this.#held.add(boards.onDidChange((change) => this.#onBoards(change)));
    this.#held.add(power.onDidChange((reading) => this.#see(reading)));
    // What changed while the ledgers were opened.
    for (const boardId of this.#ledgers.keys()) this.#see(power.read(boardId));
    this.#ticking = this.#tickOn();
  }

  /** Rejects with LabError NOT_FOUND, BAD_REQUEST. */
  async report(boardId: string, question: EnergyQuestion): Promise<EnergyReport> {
    const board = this.#deps.boards.get(boardId);
    const toMs = Math.round(question.toMs ?? this.#deps.clock.nowMs());
    const fromMs = Math.round(question.fromMs ?? toMs - dayMs);
    if (fromMs >= toMs)
      fail('BAD_REQUEST', 'The range ends before it begins', 'Give a fromMs before toMs.', {
        field: 'fromMs',
      });
    await this.#opening;
    const stepMs = Math.max(leastStepMs, Math.ceil((toMs - fromMs) / question.points));
    const ledger = this.#ledgers.get(board.boardId);
    const records = ledger ? [...(await ledger.file.records()), ledger.keeper.peek(this.#time.nowMs())] : [];
    const { nameplateWatts } = board.powerPolicy;
    const spans = toSpans(records);
    return {
      boardId: board.boardId,
      fromMs,
      toMs,
      stepMs,
      ...reportEnergy(spans, { fromMs, toMs, stepMs, nameplateWatts }),
    };
  }

  /** Ends all ledgers: from here on nothing is known. Never rejects. */
  async close(): Promise<void> {
    this.#held.dispose();
    this.#stop.abort(new Error('closing'));
    await this.#ticking;
    await this.#opening;
    const atMs = this.#time.nowMs();
    for (const { keeper } of this.#ledgers.values()) keeper.end(atMs);
    await Promise.all([...this.#ledgers.values()].map(({ file }) => file.settled()));
    this.#ledgers.clear();
  }

  async #open(key: string, aliveAtMs: number | null): Promise<void> {
    const { dir, boards, power, logger } = this.#deps;
    const file = new LedgerFile(path.join(dir, `${key}.ledger`), {
      logger: logger.child(key),
      onSaved: (saved) => this.#tellSaved(key, saved),
    });
    const last = await file.open();
    // It may have been removed while its file was read.
    const now = boards.list().find((board) => boards.key(board.boardId) === key);
    if (!now) return;
    if (last && last.state !== 'end')
      // A kill left it open: what came after Labdeck was last seen is not known.
      file.append({
        atMs: Math.max(last.atMs, Math.min(aliveAtMs ?? last.atMs, this.#time.nowMs())),
        watts: null,
        state: 'end',
        idle: last.idle,
      });
    const reading = power.read(now.boardId);
    const keeper = new LedgerKeeper(standingOf(reading), this.#time.nowMs(), last, (r) => file.append(r));
    this.#ledgers.set(now.boardId, { file, keeper });
  }

  #onBoards(change: BoardsChange): void {
    const { board } = change;
    if (change.type === 'added') {
      const key = this.#deps.boards.key(board.boardId);
      this.#opening = this.#opening
        .then(() => this.#open(key, null))
        .catch((error: unknown) => {
          this.#deps.logger.error('a board has no energy ledger', { boardId: board.boardId, error });
        });
      return;
    }
    const before = change.type === 'updated' ? change.before.boardId : board.boardId;
    const ledger = this.#ledgers.get(before);
    if (!ledger) return;
    this.#ledgers.delete(before);
    if (change.type === 'removed') ledger.keeper.end(this.#time.nowMs());
    else this.#ledgers.set(board.boardId, ledger);
  }

  #see(reading: PowerReading): void {
    if (this.#time.hasStepped) this.#restart();
    this.#ledgers.get(reading.boardId)?.keeper.see(standingOf(reading), this.#time.nowMs());
  }

  /** The host's clock was set, or the machine slept: what lies between is nobody's. */
  #restart(): void {
    const { boards, power } = this.#deps;
    const endMs = this.#time.nowMs();
    this.#time.restart();
    const beginMs = this.#time.nowMs();
    for (const [boardId, ledger] of this.#ledgers) {
      ledger.keeper.end(endMs);
      const before = { atMs: endMs, watts: null, state: 'end', idle: ledger.keeper.idle } as const;
      // One that was renamed or removed just now is told to us next.
      const now = boards.find(boardId) ? standingOf(power.read(boardId)) : nothingKnown;
      ledger.keeper = new LedgerKeeper(now, beginMs, before, (record) => ledger.file.append(record));
    }
  }

  async #tickOn(): Promise<void> {
    const { clock, power, logger } = this.#deps;
    for (;;) {
      await this.#alive
        .write(this.#time.nowMs())
        .catch((error: unknown) => logger.debug('the energy ledgers are not marked', { error }));
      try {
        await clock.sleep(recordEveryMs, this.#stop.signal);
      } catch {
        return;
      }
      if (this.#time.hasStepped) this.#restart();
      else this.#time.follow();
      for (const [boardId, { file }] of this.#ledgers) {
        this.#see(power.read(boardId));
        file.flush();
        file.compact(this.#time.nowMs());
      }
    }
  }

  #tellSaved(key: string, saved: boolean): void {
    if (saved) this.#unsaved.delete(key);
    else this.#unsaved.add(key);
    const { notices } = this.#deps;
    if (this.#unsaved.size === 0) notices.dismiss('energy-unsaved');
    else if (!saved && this.#unsaved.size === 1)
      notices.post('energy-unsaved', {
        severity: 'warning',
        title: 'What boards take cannot be saved',
        text: 'The disk refuses it. It is kept in memory for a week and saved once there is room.',
      });
  }
}

const nothingKnown: Standing = { state: 'unknown', commandedBy: null, meter: null };

function standingOf(reading: PowerReading): Standing {
  const state = reading.switchable ? standing(reading) : 'unknown';
  return { state, commandedBy: reading.commandedBy, meter: reading.meter };
}
