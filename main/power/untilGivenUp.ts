/** What stops at once says why by itself: it is asked for no longer. */
const graceMs = 500;

/**
 * What `work` comes to. Once `signal` aborts it has half a second to come to its own end; then it rejects with the
 * signal's reason although `work` goes on, and `late` is called when that ends after all.
 */
export function untilGivenUp<T>(work: Promise<T>, signal: AbortSignal, late: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | null = null;
    let isGivenUp = false;
    const onAbort = () => {
      timer = setTimeout(() => {
        isGivenUp = true;
        reject(signal.reason);
      }, graceMs);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const end = () => {
      signal.removeEventListener('abort', onAbort);
      if (timer) clearTimeout(timer);
      if (isGivenUp) late();
    };
    work.then(resolve, reject).finally(end);
  });
}
