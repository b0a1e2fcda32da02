import { Worker } from 'node:worker_threads';
import type { SearchEvent, SearchQuery } from '../../contract/index.ts';
import { LabError } from '../../contract/labError.ts';
import { ArrivalTimes } from '../recording/arrivalTimes.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { SearchJob, SearchNews } from './searchMessages.ts';
import { toSearchPattern } from './searchPattern.ts';
import { Turns } from './turns.ts';

/** More at once would only make each of them slower. */
const searchesAtOnce = 2;
/** A sound expression takes milliseconds for a block of 256 KiB; one that backtracks without end takes for ever. */
const longestBlockMs = 2_000;
const pulseEveryMs = 250;

/** Searches recordings, each search in a thread of its own. */
export class ConsoleSearch {
  readonly #turns = new Turns(searchesAtOnce);

  /**
   * Matches in ascending order as they are found, progress about every 100 ms, and `done` at last; over what the
   * recording holds now. Throws LabError BAD_REQUEST (field q) for a pattern that is wrong or takes too long; the
   * signal's reason when it aborts.
   */
  async *run(recorder: Recorder, query: SearchQuery, signal?: AbortSignal): AsyncGenerator<SearchEvent> {
    const pattern = toSearchPattern(query);
    const release = await this.#turns.take(signal);
    try {
      const startedAtMs = performance.now();
      // The thread reads the files; a paused recording is searched as far as it is on disk.
      await recorder.flush();
      const from = Math.max(query.from, recorder.startOffset);
      const to = Math.max(from, Math.min(query.to ?? Number.POSITIVE_INFINITY, recorder.endOffset));
      const files = recorder.segments().map(({ path, fromOffset, bytes }) => ({ path, fromOffset, bytes }));
      const { limit } = query;
      const pulse = new SharedArrayBuffer(4);
      const times = new ArrivalTimes(recorder);
      let matches = 0;
      for await (const news of searchInThread({ pattern, files, from, to, limit, pulse }, signal)) {
        if (news.type === 'matches') {
          for (const match of news.matches)
            yield { type: 'match', ...match, atMs: await times.at(match.offset) };
          matches += news.matches.length;
        } else if (news.type === 'progress')
          yield { type: 'progress', searchedBytes: news.searchedBytes, totalBytes: to - from };
        else {
          const { limited, searchedBytes } = news;
          yield { type: 'done', matches, limited, searchedBytes, elapsedMs: performance.now() - startedAtMs };
        }
      }
    } finally {
      release();
    }
  }
}

async function* searchInThread(job: SearchJob, signal?: AbortSignal): AsyncGenerator<SearchNews> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL('./searchWorker.ts', import.meta.url), {
    workerData: job,
    // The console's own environment is none of its business.
    env: {},
    // Not the host's own either: some, as `--input-type`, would keep the thread from starting.
    execArgv: [],
  });
  const inbox: SearchNews[] = [];
  let wake = () => {};
  let problem: unknown = null;
  const stop = (reason: unknown) => {
    problem ??= reason;
    wake();
  };
  const onAbort = () => stop(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  worker.on('message', (news: SearchNews) => {
    inbox.push(news);
    wake();
  });
  worker.on('error', stop);
  worker.on('exit', (code) => stop(new LabError('INTERNAL', `The search ended unexpectedly (${code})`)));
  const watch = watchPulse(new Int32Array(job.pulse), () =>
    stop(new LabError('BAD_REQUEST', 'This expression takes too long', tooLong)),
  );
  try {
    for (;;) {
      const news = inbox.shift();
      if (news) {
        yield news;
        if (news.type === 'done') return;
        if (news.type === 'matches') worker.postMessage('go on');
      } else if (problem !== null) throw problem;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    clearInterval(watch);
    signal?.removeEventListener('abort', onAbort);
    await worker.terminate();
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
