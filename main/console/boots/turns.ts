/** How long to compute before others get their turn, in milliseconds. */
const turnMs = 10;

/** Long computing in short turns: the consoles live in the same thread. */
export class Turns {
  readonly #signal: AbortSignal;
  #sinceMs = performance.now();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** To be called often. Lets others run when it is time; rejects with the signal's reason. */
  async next(): Promise<void> {
    if (performance.now() - this.#sinceMs < turnMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#signal.throwIfAborted();
    this.#sinceMs = performance.now();
  }
}
