import type { EnsureOptions, Images } from './workDeps.ts';

/** At a start what builds left is swept: no image is made before that, or it would be swept with it. */
export class Sweeping {
  #swept: Promise<unknown> = Promise.resolve();

  /** What is answered settles as `work` does. */
  done<T>(work: Promise<T>): Promise<T> {
    this.#swept = work.catch(() => {});
    return work;
  }

  /** The same images, which wait for it. */
  before(images: Images): Images {
    return {
      estimate: (...asked) => images.estimate(...asked),
      find: (...asked) => images.find(...asked),
      ensure: async (source, include, options: EnsureOptions) => {
        await orAborted(this.#swept, options.signal);
        return images.ensure(source, include, options);
      },
    };
  }
}

/** Rejects with the signal's reason when that aborts first. */
async function orAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
