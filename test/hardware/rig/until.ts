import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 60_000;
const pollMs = 100;

/** Looks again and again until it `fits`; resolves with what was seen. Rejects after a minute. */
export async function until<T>(look: () => Promise<T> | T, fits: (value: T) => boolean): Promise<T> {
  for (const endMs = performance.now() + patienceMs; ; await sleep(pollMs)) {
    const value = await look();
    if (fits(value)) return value;
    if (performance.now() > endMs)
      throw new Error(`waited in vain; last: ${JSON.stringify(value)?.slice(0, 3000)}`);
  }
}
