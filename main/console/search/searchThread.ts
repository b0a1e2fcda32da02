import { Worker } from 'node:worker_threads';
import { LabError } from '../../contract/labError.ts';
import type { SearchJob, SearchNews } from './searchMessages.ts';

/** A sound expression takes milliseconds for a block of 256 KiB; one that backtracks without end takes for ever. */
const longestBlockMs = 2_000;
const pulseEveryMs = 250;

/** One search in a thread of its own, under way from the moment it is made. */
export class SearchThread implements AsyncIterable<SearchNews> {
  readonly #worker: Worker;
  readonly #inbox: SearchNews[] = [];
  readonly #watch: NodeJS.Timeout;
  #problem: unknown = null;
  #wake = () => {};

  constructor(job: Omit<SearchJob, 'pulse'>) {
    const pulse = new SharedArrayBuffer(4);
    this.#worker = new Worker(new URL('./searchWorker.ts', import.meta.url), {
      workerData: { ...job, pulse } satisfies SearchJob,
      // The console's own environment is none of its business.
      env: {},
      // Not the host's own either: some, as `--input-type`, would keep the thread from starting.
      execArgv: [],
    });
    this.#worker.on('message', (news: SearchNews) => {
      this.#inbox.push(news);
      this.#wake();
    });
    this.#worker.on('error', (error) => this.stop(error));
    this.#worker.on('exit', (code) =>
      this.stop(new LabError('INTERNAL', `The search ended unexpectedly (${code})`)),
    );
    this.#watch = watchPulse(new Int32Array(pulse), () =>
      this.stop(new LabError('BAD_REQUEST', 'This expression takes too long', tooLong)),
    );
  }

  /** Ends it: whoever reads on gets `reason`, after what was found until now. */
  stop(reason: unknown): void {
    this.#problem ??= reason;
    // It may be in the middle of a block that would take for ever, and nobody reads it yet.
    void this.#worker.terminate();
    this.#wake();
  }

  /** Rejects with LabError BAD_REQUEST when the expression takes too long, or with what it was stopped for. */
  async *[Symbol.asyncIterator](): AsyncGenerator<SearchNews> {
    for (;;) {
      const news = this.#inbox.shift();
      if (news) {
        yield news;
        if (news.type === 'done') return;
        if (news.type === 'matches') this.#worker.postMessage(news.matches.length);
      } else if (this.#problem !== null) throw this.#problem;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  /** Lets go of the thread. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    await this.#worker.terminate();
  }
}

const tooLong = {
  field: 'q',
  hint: 'Repeats within repeats, such as (a+)+, take for ever on some lines: write it more plainly.',
};

function watchPulse(pulse: Int32Array, onStuck: () => void): NodeJS.Timeout {
  let block = 0;
  let sinceMs = 0;
  return setInterval(() => {
    const now = Atomics.load(pulse, 0);
    if (now === 0 || now !== block) sinceMs = performance.now();
    else if (performance.now() - sinceMs > longestBlockMs) onStuck();
    block = now;
  }, pulseEveryMs);
}
