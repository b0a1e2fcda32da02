import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { type Board, type BoardId, LabError, type SwitchState } from '../../contract/index.ts';
import type { NoticesService } from '../../notices/index.ts';
import { names } from '../consequences.ts';
import { carryOutDuties, type Duty, type FailedDuty } from './duties.ts';

export interface UnfinishedTestsDeps {
  readonly boards: { list(): Board[]; key(boardId: string): string };
  readonly power: {
    /** What power it had before a power-truth test that was killed left it otherwise; null: none did. */
    leftByTest(boardId: BoardId): SwitchState | null;
    /** Switches it as `test`; `together` as for any power-off. Rejects with LabError. */
    set(
      boardId: BoardId,
      state: SwitchState,
      together: readonly BoardId[],
      signal: AbortSignal,
    ): Promise<void>;
  };
  /** The machine rebooted meanwhile, and the board's policy says what it gets then. */
  readonly isDecided: (boardId: BoardId) => boolean;
  /** Who has the board now; null: nobody. It is theirs to switch. */
  readonly holderOf: (boardId: BoardId) => string | null;
  /** Between two boards that are switched on. */
  readonly staggerMs: () => number;
  readonly notices: Pick<NoticesService, 'post'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Gives boards the power back that they had before Labdeck was killed in the middle of their power-truth test. */
export class UnfinishedTests {
  readonly #deps: UnfinishedTestsDeps;
  readonly #stop = new AbortController();
  #work: Promise<void> = Promise.resolve();

  constructor(deps: UnfinishedTestsDeps) {
    this.#deps = deps;
  }

  /** Goes on in the background. Call after what is done after a reboot was begun. */
  start(): void {
    const { boards, power, isDecided, logger } = this.#deps;
    const duties = boards.list().flatMap(({ boardId, powerPolicy: { rampMs } }): Duty[] => {
      const state = power.leftByTest(boardId);
      return state === null || isDecided(boardId)
        ? []
        : [{ key: boards.key(boardId), boardId, state, rampMs }];
    });
    if (duties.length === 0) return;
    logger.warn('power-truth tests were cut short', { boards: duties.map(({ boardId }) => boardId) });
    this.#work = this.#carryOut(duties).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) logger.error('giving power back after a test broke off', { error });
    });
  }

  /** Resolves once all is done, or was given up. */
  settled(): Promise<void> {
    return this.#work;
  }

  /** The next start goes on with what is left. */
  async close(): Promise<void> {
    this.#stop.abort(new Error('closing'));
    await this.#work;
  }

  async #carryOut(duties: readonly Duty[]): Promise<void> {
    const { boards, power, holderOf, staggerMs, clock, logger } = this.#deps;
    const given: Duty[] = [];
    const failed = await carryOutDuties(duties, {
      carryOut: async (duty, together) => {
        const holder = holderOf(duty.boardId);
        if (holder !== null) throw new LabError('LEASED', `${holder} has it now`);
        await power.set(duty.boardId, duty.state, together, this.#stop.signal);
        given.push(duty);
      },
      isObsolete: ({ key, boardId, state }) => {
        const board = boards.list().find((each) => each.boardId === boardId);
        return !board || boards.key(boardId) !== key || power.leftByTest(boardId) !== state;
      },
      onDone: async () => {},
      onFailure: ({ boardId, state }, error) =>
        logger.warn('power could not be given back after a test', { boardId, state, error }),
      staggerMs,
      clock,
      signal: this.#stop.signal,
    });
    this.#tell(given, failed);
  }

  #tell(given: readonly Duty[], failed: readonly FailedDuty[]): void {
    const all = [...given, ...failed].map(({ boardId }) => boardId);
    // Somebody else switched them all meanwhile.
    if (all.length === 0) return;
    const said = [
      ...given.map(({ boardId, state }) => `${boardId} is switched ${state} again, as before`),
      ...failed.map(
        ({ boardId, state, why }) =>
          `${boardId} was ${state} before, and could not be switched ${state} again: ${why}`,
      ),
    ];
    this.#deps.notices.post('unfinished-power-tests', {
      severity: failed.length > 0 ? 'warning' : 'info',
      title: `Labdeck ended in the middle of the power-truth test of ${names(all)}`,
      text: `${said.join('; ')}. Test again for a verdict.`,
    });
  }
}
