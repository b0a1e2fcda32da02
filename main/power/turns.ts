import { KeyedQueue } from '../base/keyedQueue.ts';
import { type BoardId, LabError, type PowerReading, type SwitchState } from '../contract/index.ts';
import type { BoundOutlet, Outlets } from './outlets.ts';
import type { SwitchOptions } from './powerDeps.ts';
import type { SwitchGuard } from './switchGuard.ts';

/** Work on an outlet whose turn has come. */
export type OutletWork = (bound: BoundOutlet, signal: AbortSignal) => Promise<void>;

interface TurnsDeps {
  readonly outlets: Pick<Outlets, 'refuseShared'>;
  readonly guard: SwitchGuard;
  /** Throws LabError NOT_FOUND, UNSUPPORTED. */
  readonly boundOf: (boardId: BoardId) => BoundOutlet;
}

/** Mutations of one board's power and LEDs run one after another. */
export class Turns {
  readonly #deps: TurnsDeps;
  readonly #queue = new KeyedQueue<string>();

  constructor(deps: TurnsDeps) {
    this.#deps = deps;
  }

  /**
   * Moves power: the board shows as busy till it is done. What spoke for it when it was asked for may have changed while
   * another command ran, so the guard and the caller's claim are asked at its turn. Resolves with what is known then.
   * Rejects with LabError.
   */
  switch(
    boardId: BoardId,
    what: SwitchState | 'cycle',
    options: SwitchOptions,
    work: OutletWork,
  ): Promise<PowerReading> {
    const { guard } = this.#deps;
    return this.#run(boardId, 'busy', options.signal, async (bound, signal) => {
      const now = bound.boardId();
      const others = guard.check(now, what, options);
      options.claim?.([now, ...others]);
      await work(bound, signal);
    });
  }

  /** Moves lights alone. Resolves and rejects like `switch`. */
  light(boardId: BoardId, work: OutletWork): Promise<PowerReading> {
    return this.#run(boardId, 'quiet', undefined, work);
  }

  /** Aborts what waits, waits for what runs. */
  close(): Promise<void> {
    return this.#queue.close(
      new LabError('COMMAND_FAILED', 'Labdeck is closing', { hint: 'Start it again.' }),
    );
  }

  async #run(
    boardId: BoardId,
    show: 'busy' | 'quiet',
    callers: AbortSignal | undefined,
    work: OutletWork,
  ): Promise<PowerReading> {
    // By key, not by name: a rename must not let two commands through at once.
    const bound = this.#deps.boundOf(boardId);
    const { outlet, key } = bound;
    const busy = show === 'busy' ? outlet.hold() : null;
    try {
      await this.#queue.run(key, async (closing) => {
        // A command that waits, or sleeps in the middle of a cycle, must not outlive its outlet: another board
        // may have the cable by then.
        const signal = AbortSignal.any([closing, outlet.signal, ...(callers ? [callers] : [])]);
        signal.throwIfAborted();
        this.#deps.outlets.refuseShared(bound);
        await work(bound, signal);
      });
    } finally {
      busy?.dispose();
    }
    return outlet.reading;
  }
}
