import type { Clock } from '../../main/base/clock.ts';

/** Time that passes only when told to, in order, sleeper by sleeper. */
export class FakeClock implements Clock {
  /** What sleeps goes by it. */
  #awakeMs: number;
  #aheadMs = 0;
  readonly #sleepers = new Set<{ atMs: number; wake: () => void }>();

  constructor(nowMs = 1_700_000_000_000) {
    this.#awakeMs = nowMs;
  }

  nowMs(): number {
    return this.#awakeMs + this.#aheadMs;
  }

  monotonicMs(): number {
    return this.#awakeMs;
  }

  /** Somebody sets the host's clock `ms` ahead, or back: what sleeps goes on sleeping as long as it was to. */
  step(ms: number): void {
    this.#aheadMs += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        if (this.#sleepers.delete(sleeper)) reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper = { atMs: this.#awakeMs + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Lets `ms` pass; who wakes meanwhile has run when this resolves. */
  async pass(ms: number): Promise<void> {
    // Who was just started must be asleep before its time can pass.
    await settle();
    const untilMs = this.#awakeMs + ms;
    for (;;) {
      const next = [...this.#sleepers].sort((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > untilMs) break;
      this.#awakeMs = Math.max(this.#awakeMs, next.atMs);
      this.#sleepers.delete(next);
      next.wake();
      await settle();
    }
    this.#awakeMs = untilMs;
    await settle();
  }

  get sleeping(): number {
    return this.#sleepers.size;
  }
}

/** Everything that only waits for promises has run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
