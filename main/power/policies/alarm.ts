import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/disposable.ts';

/** One timer for whatever is due next. Times are in milliseconds by a clock that never steps. */
export class Alarm implements Disposable {
  readonly #clock: Clock;
  readonly #monotonicMs: () => number;
  readonly #ring: () => void;
  #atMs: number | null = null;
  #waiting: AbortController | null = null;

  constructor(deps: { clock: Clock; monotonicMs: () => number; ring: () => void }) {
    this.#clock = deps.clock;
    this.#monotonicMs = deps.monotonicMs;
    this.#ring = deps.ring;
  }

  /** Rings once at `atMs` instead of whenever it was to ring before; null: not at all. */
  set(atMs: number | null): void {
    if (atMs === this.#atMs) return;
    this.#waiting?.abort();
    this.#waiting = null;
    this.#atMs = atMs;
    if (atMs === null) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    this.#clock.sleep(Math.max(1, Math.ceil(atMs - this.#monotonicMs())), waiting.signal).then(
      () => {
        this.#waiting = null;
        this.#atMs = null;
        this.#ring();
      },
      () => {},
    );
  }

  dispose(): void {
    this.set(null);
  }
}
