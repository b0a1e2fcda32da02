import type { SharingLimits } from './limits.ts';

/** Tells a client that reads too slowly from one that a burst has outrun for a moment. */
export class Patience {
  readonly #limits: Pick<SharingLimits, 'maxBehindBytes' | 'patienceMs'>;
  #behindSinceMs: number | null = null;

  constructor(limits: Pick<SharingLimits, 'maxBehindBytes' | 'patienceMs'>) {
    this.#limits = limits;
  }

  /** Whether it is over, now that the client is so far behind. `nowMs`: of a clock that never steps. */
  isOver(behindBytes: number, nowMs: number): boolean {
    if (behindBytes <= this.#limits.maxBehindBytes) {
      this.#behindSinceMs = null;
      return false;
    }
    this.#behindSinceMs ??= nowMs;
    return nowMs >= this.#behindSinceMs + this.#limits.patienceMs;
  }
}
