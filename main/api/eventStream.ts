import type { Disposable } from '../base/disposable.ts';

/** A client that is so many values behind does not read. */
const maxQueued = 10_000;

/**
 * An event stream for a client: what `first` answers, then whatever is pushed. Subscribing comes before
 * the first look, so nothing falls between. Ends when `signal` aborts.
 *
 * `subscribe` gets a push function; values pushed faster than the client takes them are kept in order. Once 10,000
 * of them wait the stream ends instead: the client comes back and starts from what is then the first.
 */
export async function* eventStream<T>(
  first: () => T,
  subscribe: (push: (value: T) => void) => Disposable,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, void> {
  let queue: T[] = [];
  let isTooSlow = false;
  let wake: () => void = () => {};
  const subscription = subscribe((value) => {
    if (isTooSlow) return;
    isTooSlow = queue.length >= maxQueued;
    if (isTooSlow) queue = [];
    else queue.push(value);
    wake();
  });
  const onAbort = () => wake();
  signal?.addEventListener('abort', onAbort);
  try {
    queue.push(first());
    while (!signal?.aborted && !isTooSlow) {
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
