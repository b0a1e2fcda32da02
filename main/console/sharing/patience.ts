import type { SharingLimits } from './limits.ts';

/** How a client stands. */
export interface ClientPace {
  /** What was printed that it has not taken yet. */
  readonly behindBytes: number;
  /** All it has ever taken. */
  readonly takenBytes: number;
}

/**
 * Tells a client that does not read from one that a burst has outrun: that one goes on taking, and what it has yet to
 * take is in the recording and costs no memory.
 */
export class Patience {
  readonly #limits: Pick<SharingLimits, 'maxBehindBytes' | 'hopelessBytes' | 'patienceMs'>;
  #stuckSinceMs: number | null = null;
  #takenBytes = 0;

  constructor(limits: Pick<SharingLimits, 'maxBehindBytes' | 'hopelessBytes' | 'patienceMs'>) {
    this.#limits = limits;
  }

  /** Whether it is over. `nowMs`: of a clock that never steps. */
  isOver({ behindBytes, takenBytes }: ClientPace, nowMs: number): boolean {
    if (behindBytes > this.#limits.hopelessBytes) return true;
    const takes = takenBytes !== this.#takenBytes;
    this.#takenBytes = takenBytes;
    if (takes || behindBytes <= this.#limits.maxBehindBytes) {
      this.#stuckSinceMs = null;
      return false;
    }
    this.#stuckSinceMs ??= nowMs;
    return nowMs >= this.#stuckSinceMs + this.#limits.patienceMs;
  }
}
