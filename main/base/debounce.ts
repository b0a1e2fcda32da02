import type { Disposable } from './disposable.ts';

export interface DebounceTimes {
  /** Quiet time after the last call before `act` runs, in milliseconds. */
  readonly quietMs: number;
  /** The longest the first call of a storm waits, in milliseconds. */
  readonly maxWaitMs: number;
}

/** Turns a storm of `trigger` calls into one `act`, without letting an endless storm put it off for ever. */
export class Debounce implements Disposable {
  readonly #act: () => void;
  readonly #times: DebounceTimes;
  #timer: NodeJS.Timeout | null = null;
  #firstAtMs = 0;

  constructor(act: () => void, times: DebounceTimes) {
    this.#act = act;
    this.#times = times;
  }

  trigger(): void {
    // A monotonic clock: the wall clock may be set while a storm lasts.
    const nowMs = performance.now();
    if (this.#timer === null) this.#firstAtMs = nowMs;
    else clearTimeout(this.#timer);
    const leftMs = this.#firstAtMs + this.#times.maxWaitMs - nowMs;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#act();
      },
      Math.max(0, Math.min(this.#times.quietMs, leftMs)),
    );
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
