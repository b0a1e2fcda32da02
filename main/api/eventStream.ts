import type { Disposable } from '../base/disposable.ts';

/**
 * An event stream for a client: what `first` answers, then whatever is pushed. Subscribing comes before
 * the first look, so nothing falls between. Ends when `signal` aborts.
 *
 * `subscribe` gets a push function; values pushed faster than the client takes them are kept in order.
 */
export async function* eventStream<T>(
  first: () => T,
  subscribe: (push: (value: T) => void) => Disposable,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, void> {
  const queue: T[] = [];
  let wake: () => void = () => {};
  const subscription = subscribe((value) => {
    queue.push(value);
    wake();
  });
  const onAbort = () => wake();
  signal?.addEventListener('abort', onAbort);
  try {
    queue.push(first());
    while (!signal?.aborted) {
      const value = queue.shift();
      if (value !== undefined) yield value;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    subscription.dispose();
    signal?.removeEventListener('abort', onAbort);
  }
}

/** The same for whole snapshots: a client that is slow gets the newest, not every one in between. */
export async function* latestStream<T>(
  look: () => T,
  subscribe: (changed: () => void) => Disposable,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, void> {
  let dirty = true;
  let wake: () => void = () => {};
  const subscription = subscribe(() => {
    dirty = true;
    wake();
  });
  const onAbort = () => wake();
  signal?.addEventListener('abort', onAbort);
  try {
    while (!signal?.aborted) {
      if (dirty) {
        dirty = false;
        yield look();
      } else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    subscription.dispose();
    signal?.removeEventListener('abort', onAbort);
  }
}
