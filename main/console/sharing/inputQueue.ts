/** So much waits for a slow line before its client has to wait too. */
const highBytes = 64 * 1024;
/** Small requests cost more than their bytes. */
const leastBytes = 64;

export interface Pausable {
  pause(): unknown;
  resume(): unknown;
}

/** What one client wants done, strictly in order; reading from it pauses while too much waits. */
export class InputQueue {
  readonly #source: Pausable;
  readonly #onError: (error: unknown) => void;
  #tail: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  #closed = false;

  constructor(source: Pausable, onError: (error: unknown) => void) {
    this.#source = source;
    this.#onError = onError;
  }

  /** `bytes`: what the request takes in memory. A `work` that rejects does not hold up the next. */
  add(bytes: number, work: () => Promise<void>): void {
    if (this.#closed) return;
    const cost = Math.max(leastBytes, bytes);
    this.#waitingBytes += cost;
    if (this.#waitingBytes >= highBytes) this.#source.pause();
    this.#tail = this.#tail.then(() => this.#run(cost, work));
  }

  /** What still waits is not done any more. */
  close(): void {
    this.#closed = true;
  }

  async #run(cost: number, work: () => Promise<void>): Promise<void> {
    try {
      if (!this.#closed) await work();
    } catch (error) {
      if (!this.#closed) this.#onError(error);
    }
    const wasFull = this.#waitingBytes >= highBytes;
    this.#waitingBytes -= cost;
    if (wasFull && this.#waitingBytes < highBytes) this.#source.resume();
  }
}
