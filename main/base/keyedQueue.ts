/** Runs work of one key strictly one after another; keys do not wait for each other. */
export class KeyedQueue<K> {
  readonly #tails = new Map<K, Promise<unknown>>();
  readonly #stop = new AbortController();

  /** Rejects with whatever `work` rejects with. After `close` the signal handed to `work` is aborted. */
  run<T>(key: K, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const mine = before.then(
      () => work(this.#stop.signal),
      () => work(this.#stop.signal),
    );
    this.#tails.set(key, mine);
    const forget = () => {
      if (this.#tails.get(key) === mine) this.#tails.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  }

  /** Aborts what runs and waits until all is settled. */
  async close(reason: unknown): Promise<void> {
    this.#stop.abort(reason);
    await Promise.allSettled([...this.#tails.values()]);
  }
}
