import type { PowerReading } from '../../contract/index.ts';

/**
 * How long one board has been idle. Counted in milliseconds of a clock that never steps; `shownAtMs` is of the host's
 * clock, for people.
 */
export class IdleCount {
  idleMs = 0;
  wasInUse = false;
  /** Why its silence says nothing; null: it does. */
  deafTo: string | null = null;
  /** The same, as told: where nothing else keeps the board on. */
  held: string | null = null;
  /** It is being switched off. */
  isUnderWay = false;
  hasFailed = false;
  /** When the board goes off, as last told; null: it does not. */
  shownAtMs: number | null = null;
  shownSinceMs: number;
  #sinceMs: number;
  #sinceWallMs: number;
  /** Not before, after a failure. */
  #retryAtMs: number | null = null;
  #retryWallMs = 0;
  #commandedAtMs: number | null = null;

  constructor(nowMs: number, wallMs: number) {
    this.#sinceMs = nowMs;
    this.#sinceWallMs = wallMs;
    this.shownSinceMs = nowMs;
  }

  get dueAtMs(): number {
    return Math.max(this.#sinceMs + this.idleMs, this.#retryAtMs ?? Number.NEGATIVE_INFINITY);
  }

  /** Something happened. */
  restart(nowMs: number, wallMs: number): void {
    this.#sinceMs = nowMs;
    this.#sinceWallMs = wallMs;
  }

  /** Whether power was commanded since it was asked last. A new command makes a failure a thing of the past. */
  isNewCommand({ commandedAtMs }: PowerReading): boolean {
    if (commandedAtMs === this.#commandedAtMs) return false;
    this.#commandedAtMs = commandedAtMs;
    this.#retryAtMs = null;
    this.hasFailed = false;
    return true;
  }

  failed(nowMs: number, wallMs: number, retryAfterMs: number): void {
    this.hasFailed = true;
    this.#retryAtMs = nowMs + retryAfterMs;
    this.#retryWallMs = wallMs + retryAfterMs;
  }

  show(nowMs: number): void {
    this.shownSinceMs = nowMs;
    const idleAtMs = Math.round(this.#sinceWallMs + this.idleMs);
    this.shownAtMs =
      this.#retryAtMs !== null && this.#retryAtMs > this.#sinceMs + this.idleMs
        ? Math.round(this.#retryWallMs)
        : idleAtMs;
  }

  stop(nowMs: number): void {
    this.shownSinceMs = nowMs;
    this.shownAtMs = null;
  }
}
