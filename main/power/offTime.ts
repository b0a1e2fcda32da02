import type { Clock } from '../base/clock.ts';
import type { PowerReading } from '../contract/index.ts';

/**
 * How long a board has been off, for its capacitors. By a clock nobody sets; of an off from before this run only the
 * host's clock tells.
 */
export class OffTime {
  readonly #clock: Clock;
  /** Which off it is, in the host's time, and since when, in the other. */
  #off: { readonly atMs: number; readonly sinceMs: number } | null;

  /** `first`: what is known as the run, or the outlet, begins. */
  constructor(clock: Clock, first: PowerReading) {
    this.#clock = clock;
    const atMs = offSince(first);
    // A host clock that was set back says nothing about how long it was off.
    const beforeMs = atMs === null ? 0 : Math.max(0, clock.nowMs() - atMs);
    this.#off = atMs === null ? null : { atMs, sinceMs: clock.monotonicMs() - beforeMs };
  }

  /** Call whenever the reading changed. */
  note(reading: PowerReading): void {
    const atMs = offSince(reading);
    if (atMs === this.#off?.atMs) return;
    this.#off = atMs === null ? null : { atMs, sinceMs: this.#clock.monotonicMs() };
  }

  /** In milliseconds; null while it is not off, as far as anybody knows. */
  get forMs(): number | null {
    return this.#off && this.#clock.monotonicMs() - this.#off.sinceMs;
  }
}

/** When it went off, in milliseconds since the epoch; null: it is not off. */
function offSince({ commanded, commandedAtMs, known, evidence }: PowerReading): number | null {
  if (known === 'on') return null;
  if (commanded === 'off') return commandedAtMs;
  return known === 'off' ? evidence.atMs : null;
}
