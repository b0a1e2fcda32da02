import type { Clock } from '../../base/clock.ts';

/** A removal that failed, or could not begin, is tried again after this long. */
export const removalRetryMs = 5 * 60_000;

/** When removals were last begun. Not kept on disk: a new start is a reason to try again. */
export class RemovalAttempts {
  readonly #clock: Clock;
  readonly #begunAtMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether an instance may be removed now: one whose removal fails tells of it by a change, which asks again. */
  isDue(key: string): boolean {
    const atMs = this.#begunAtMs.get(key);
    const nowMs = this.#clock.nowMs();
    // One of the future was made under a wrong clock.
    return atMs === undefined || nowMs < atMs || nowMs - atMs >= removalRetryMs;
  }

  note(key: string): void {
    this.#begunAtMs.set(key, this.#clock.nowMs());
  }

  /** Forgets those of instances that are gone. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const key of this.#begunAtMs.keys()) if (!keys.has(key)) this.#begunAtMs.delete(key);
  }
}
