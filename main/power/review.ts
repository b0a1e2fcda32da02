import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/disposable.ts';

/** Calls `look` at one moment, which may be moved and taken back. */
export class Review implements Disposable {
  readonly #clock: Clock;
  readonly #look: () => void;
  #waiting: AbortController | null = null;
  #atMs: number | null = null;

  constructor(clock: Clock, look: () => void) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Milliseconds since the epoch; null: not at all. */
  at(atMs: number | null): void {
    if (atMs === this.#atMs) return;
    this.dispose();
    this.#atMs = atMs;
    if (atMs === null) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    this.#clock.sleep(Math.max(1, atMs - this.#clock.nowMs()), waiting.signal).then(
      () => {
        this.#atMs = null;
        this.#look();
      },
      () => {},
    );
  }

  dispose(): void {
    this.#waiting?.abort();
    this.#waiting = null;
    this.#atMs = null;
  }
}
