import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/disposable.ts';

/** One timer for all outlets; how exactly it hits their times matters to nobody. */
const tickMs = 1000;
const longestPauseMs = 5 * 60_000;

interface Asked {
  readonly everyMs: number;
  /** True when it answered. Never rejects. */
  readonly ask: () => Promise<boolean>;
  nextAtTick: number;
  misses: number;
  isAsking: boolean;
}

/**
 * Asks outlets that do not tell by themselves, now and then. One that does not answer is asked less and less often, at
 * most every five minutes. Without such outlets nothing runs.
 */
export class AskRounds implements Disposable {
  readonly #clock: Clock;
  readonly #asked = new Set<Asked>();
  #running: AbortController | null = null;
  /** Ticks since it runs: a clock that is set must neither stop the questions nor bring them all at once. */
  #tick = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Until the returned is disposed of. It was asked just now. */
  add(everyMs: number, ask: () => Promise<boolean>): Disposable {
    const entry: Asked = { everyMs, ask, nextAtTick: this.#tick, misses: 0, isAsking: false };
    this.#schedule(entry);
    this.#asked.add(entry);
    this.#start();
    return {
      dispose: () => {
        this.#asked.delete(entry);
        if (this.#asked.size === 0) this.dispose();
      },
    };
  }

  dispose(): void {
    this.#running?.abort();
    this.#running = null;
  }

  #start(): void {
    if (this.#running) return;
    const running = new AbortController();
    this.#running = running;
    const loop = async () => {
      for (;;) {
        await this.#clock.sleep(tickMs, running.signal);
        this.#tick += 1;
        for (const entry of this.#asked)
          if (!entry.isAsking && entry.nextAtTick <= this.#tick) void this.#ask(entry);
      }
    };
    // It ends by being aborted.
    loop().catch(() => {});
  }

  async #ask(entry: Asked): Promise<void> {
    entry.isAsking = true;
    entry.misses = (await entry.ask()) ? 0 : entry.misses + 1;
    entry.isAsking = false;
    this.#schedule(entry);
  }

  #schedule(entry: Asked): void {
    const pauseMs = Math.min(entry.everyMs * 2 ** Math.min(entry.misses, 16), longestPauseMs);
    entry.nextAtTick = this.#tick + Math.max(1, Math.round(Math.max(pauseMs, entry.everyMs) / tickMs));
  }
}
