const windowMs = 10_000;
const mostActions = 50;

/** Stops rules that answer each other, or their own echo, for ever: at most 50 actions in 10 s. */
export class ActionBrake {
  #timesMs: number[] = [];

  /** Counts one more action; false: it is one too many. */
  allow(nowMs: number): boolean {
    this.#timesMs = this.#timesMs.filter((atMs) => nowMs - atMs < windowMs);
    if (this.#timesMs.length >= mostActions) return false;
    this.#timesMs.push(nowMs);
    return true;
  }
}
