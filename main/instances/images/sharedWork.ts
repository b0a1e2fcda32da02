/** What somebody who waits for an image wants to hear. */
export interface BuildListener {
  readonly signal: AbortSignal;
  readonly onStep: (step: 'base' | 'image') => void;
  /** 0..1 of the present step; it never goes back within one. */
  readonly onProgress: (share: number) => void;
  readonly onLine: (line: string) => void;
}

interface Running<T> {
  readonly listeners: Set<BuildListener>;
  readonly stop: AbortController;
  readonly result: Promise<T>;
  step: 'base' | 'image' | null;
  share: number;
}

/**
 * Work that several may want at once is done once, for all of them. Who gives up leaves alone; the last one to give
 * up ends it, and learns so when it has cleaned up.
 */
export class SharedWork<T> {
  readonly #running = new Map<string, Running<T>>();

  async run(key: string, listener: BuildListener, work: (listener: BuildListener) => Promise<T>): Promise<T> {
    for (;;) {
      listener.signal.throwIfAborted();
      const there = this.#running.get(key);
      if (!there) return this.#join(this.#start(key, work), listener);
      if (!there.stop.signal.aborted) return this.#join(there, listener);
      // It is being undone: joining that would only share the cancelling.
      await there.result.catch(() => {});
    }
  }

  #start(key: string, work: (listener: BuildListener) => Promise<T>): Running<T> {
    const listeners = new Set<BuildListener>();
    const stop = new AbortController();
    const shared: BuildListener = {
      signal: stop.signal,
      onStep: (step) => {
        if (step === running.step) return;
        running.step = step;
        running.share = 0;
        for (const one of listeners) one.onStep(step);
      },
      onProgress: (share) => {
        if (share <= running.share) return;
        running.share = share;
        for (const one of listeners) one.onProgress(share);
      },
      onLine: (line) => {
        for (const one of listeners) one.onLine(line);
      },
    };
    // Begins in a later turn: by then the first listener is there.
    const result = Promise.resolve()
      .then(() => work(shared))
      .finally(() => this.#running.delete(key));
    const running: Running<T> = { listeners, stop, result, step: null, share: 0 };
    result.catch(() => {});
    this.#running.set(key, running);
    return running;
  }

  #join(running: Running<T>, listener: BuildListener): Promise<T> {
    const { listeners, stop, result } = running;
    if (running.step) listener.onStep(running.step);
    if (running.share > 0) listener.onProgress(running.share);
    listeners.add(listener);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        listeners.delete(listener);
        const reason: unknown = listener.signal.reason;
        if (listeners.size > 0) {
          reject(reason);
          return;
        }
        stop.abort(reason);
        result.then(
          () => reject(reason),
          () => reject(reason),
        );
      };
      listener.signal.addEventListener('abort', onAbort, { once: true });
      result
        .then(resolve, (error: unknown) => reject(listener.signal.aborted ? listener.signal.reason : error))
        .finally(() => {
          listeners.delete(listener);
          listener.signal.removeEventListener('abort', onAbort);
        })
        .catch(() => {});
    });
  }
}

/** A part of somebody's progress as a whole of its own: 0..1 of it are `from`..`to` of theirs; it has no steps. */
export function partOf(listener: BuildListener, from: number, to: number): BuildListener {
  return {
    ...listener,
    onStep: () => {},
    onProgress: (share) => listener.onProgress(from + share * (to - from)),
  };
}
