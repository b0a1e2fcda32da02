import type { Clock } from '../../base/clock.ts';

const windowMs = 60_000;
const maxFailures = 5;
/** Beyond this many addresses the one that failed longest ago is forgotten: memory stays bounded. */
const maxAddresses = 1_000;

/** Counts wrong tokens by address, so that they cannot be guessed by trying. */
export class TokenAttempts {
  readonly #clock: Clock;
  readonly #failures = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Five wrong ones within a minute are enough for that minute. */
  isBlocked(address: string): boolean {
    return this.#recent(address).length >= maxFailures;
  }

  failed(address: string): void {
    const recent = [...this.#recent(address), this.#clock.nowMs()];
    // Set anew, so that the map's order is that of the last failure.
    this.#failures.delete(address);
    this.#failures.set(address, recent);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > maxAddresses && oldest !== undefined) this.#failures.delete(oldest);
  }

  #recent(address: string): number[] {
    const sinceMs = this.#clock.nowMs() - windowMs;
    return (this.#failures.get(address) ?? []).filter((atMs) => atMs > sinceMs);
  }
}
