const windowMs = 60_000;
const maxFailures = 5;
/** Beyond this many addresses the one that failed longest ago is forgotten: memory stays bounded. */
const maxAddresses = 1_000;

/** Counts wrong tokens by address, so that they cannot be guessed by trying. */
export class TokenAttempts {
  readonly #monotonicMs: () => number;
  readonly #failures = new Map<string, number[]>();

  /** `monotonicMs`: a clock that never steps, so that setting the other one blocks nobody for long. */
  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Five wrong ones within a minute are enough for that minute. */
  isBlocked(address: string): boolean {
    return this.#recent(address).length >= maxFailures;
  }

  failed(address: string): void {
    const recent = [...this.#recent(address), this.#monotonicMs()];
    // Set anew, so that the map's order is that of the last failure.
    this.#failures.delete(address);
    this.#failures.set(address, recent);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > maxAddresses && oldest !== undefined) this.#failures.delete(oldest);
  }

  #recent(address: string): number[] {
    const sinceMs = this.#monotonicMs() - windowMs;
    return (this.#failures.get(address) ?? []).filter((atMs) => atMs > sinceMs);
  }
}
