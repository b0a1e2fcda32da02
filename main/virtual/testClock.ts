import type { Clock } from '../base/clock.ts';

/** Time that only moves when a test says so. */
export class TestClock implements Clock {
  readonly #sleepers = new Set<{ readonly atMs: number; readonly wake: () => void }>();
  #nowMs = Date.UTC(2026, 0, 1);
  /** What was set the wall clock ahead by, in all. */
  #aheadMs = 0;
  /** The most that ever slept at once. */
  maxSleepers = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs - this.#aheadMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { atMs: this.#nowMs + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      this.maxSleepers = Math.max(this.maxSleepers, this.#sleepers.size);
      signal?.addEventListener('abort', () => {
        if (this.#sleepers.delete(sleeper)) reject(signal.reason);
      });
    });
  }

  /** Lets `ms` pass; everything due in between runs in order. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    for (;;) {
      const next = [...this.#sleepers].sort((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > endMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#sleepers.delete(next);
      next.wake();
      await settle();
    }
    this.#nowMs = endMs;
  }

  /** Somebody sets the wall clock; what sleeps goes on sleeping as long as it was to. */
  jump(ms: number): void {
    this.#nowMs += ms;
    this.#aheadMs += ms;
    const sleepers = [...this.#sleepers];
    this.#sleepers.clear();
    for (const { atMs, wake } of sleepers) this.#sleepers.add({ atMs: atMs + ms, wake });
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
