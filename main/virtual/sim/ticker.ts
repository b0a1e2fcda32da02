import type { Clock } from '../../base/clock.ts';

/** How often a busy board is served: one write of about 230 bytes per tick at 115200 baud. */
export const tickMs = 20;

/**
 * One timer for all simulated boards. Due times are rounded up to a common grid, so that 64 busy boards cost
 * 50 wake-ups a second and not 3200.
 */
export class Ticker {
  readonly #clock: Clock;
  readonly #dueMs = new Map<() => void, number>();
  #lastMs = 0;
  #sleep: { readonly untilMs: number; readonly wake: AbortController } | null = null;
  #looping = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `task` once, at `atMs` or up to one tick later. A task has one due time: this replaces it. */
  schedule(task: () => void, atMs: number): void {
    const onGrid = Math.ceil(atMs / tickMs) * tickMs;
    this.#dueMs.set(task, onGrid);
    if (!this.#looping) {
      this.#looping = true;
      void this.#loop();
    } else if (this.#sleep && onGrid < this.#sleep.untilMs) this.#sleep.wake.abort();
  }

  cancel(task: () => void): void {
    this.#dueMs.delete(task);
    if (this.#dueMs.size === 0) this.#sleep?.wake.abort();
  }

  dispose(): void {
    this.#dueMs.clear();
    this.#sleep?.wake.abort();
  }

  async #loop(): Promise<void> {
    while (this.#dueMs.size > 0) {
      const nextMs = this.#runDue();
      if (nextMs === Number.POSITIVE_INFINITY) continue;
      const wake = new AbortController();
      this.#sleep = { untilMs: nextMs, wake };
      await this.#clock.sleep(Math.max(1, nextMs - this.#clock.nowMs()), wake.signal).catch(() => {});
      this.#sleep = null;
    }
    this.#looping = false;
  }

  /** Runs what is due; returns when the next is. */
  #runDue(): number {
    const nowMs = this.#clock.nowMs();
    // The wall clock was set back: nothing must wait for the time it showed before.
    if (nowMs < this.#lastMs) for (const task of this.#dueMs.keys()) this.#dueMs.set(task, nowMs);
    this.#lastMs = nowMs;
    const due = [...this.#dueMs].filter(([, atMs]) => atMs <= nowMs);
    for (const [task] of due) this.#dueMs.delete(task);
    for (const [task] of due) task();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const atMs of this.#dueMs.values()) nextMs = Math.min(nextMs, atMs);
    return nextMs;
  }
}
