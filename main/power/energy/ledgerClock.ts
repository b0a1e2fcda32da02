import type { Clock } from '../../base/clock.ts';

/** More than this between the two clocks is a step: a clock put right, a machine that slept. */
const stepMs = 2_000;

/**
 * The host's time as ledgers count it: it goes forward with a clock nobody sets, so that an hour of the clock on the
 * wall that never was is no hour of energy.
 */
export class LedgerClock {
  readonly #clock: Clock;
  readonly #monotonicMs: () => number;
  #wallMs: number;
  #steadyMs: number;

  constructor(clock: Clock, monotonicMs: () => number) {
    this.#clock = clock;
    this.#monotonicMs = monotonicMs;
    this.#wallMs = clock.nowMs();
    this.#steadyMs = monotonicMs();
  }

  /** Milliseconds since the epoch; goes on evenly until `restart`. */
  nowMs(): number {
    return this.#wallMs + (this.#monotonicMs() - this.#steadyMs);
  }

  /** The host's clock shows another time than this one by more than drift. */
  get hasStepped(): boolean {
    return Math.abs(this.#clock.nowMs() - this.nowMs()) > stepMs;
  }

  /** Follows the host's clock again. */
  restart(): void {
    this.#wallMs = this.#clock.nowMs();
    this.#steadyMs = this.#monotonicMs();
  }

  /** Follows drift where that is forward. */
  follow(): void {
    if (!this.hasStepped && this.#clock.nowMs() > this.nowMs()) this.restart();
  }
}
