import { availableParallelism } from 'node:os';
import type { SearchEvent, SearchQuery } from '../../contract/index.ts';
import { ArrivalTimes } from '../recording/arrivalTimes.ts';
import type { Recorder } from '../recording/recorder.ts';
import { toSearchPattern } from './searchPattern.ts';
import { SearchThread } from './searchThread.ts';
import { Slots } from './slots.ts';
import { splitAtLines } from './splitAtLines.ts';

/** More at once would only make each of them slower. */
const searchesAtOnce = 2;
const mostThreads = 4;
/** A thread takes longer to start than to search less than this. */
const leastBytesPerThread = 64 * 1024 * 1024;

/** Searches recordings in threads of their own. */
export class ConsoleSearch {
  readonly #slots = new Slots(searchesAtOnce);
  readonly #leastBytesPerThread: number;

  constructor(options: { readonly leastBytesPerThread?: number } = {}) {
    this.#leastBytesPerThread = options.leastBytesPerThread ?? leastBytesPerThread;
  }

  /**
   * Matches in ascending order as they are found, progress about every 100 ms, and `done` at last; over what the
   * recording holds now. Throws LabError BAD_REQUEST (field q) for a pattern that is wrong or takes too long; the
   * signal's reason when it aborts.
   */
  async *run(recorder: Recorder, query: SearchQuery, signal?: AbortSignal): AsyncGenerator<SearchEvent> {
    const pattern = toSearchPattern(query);
    const release = await this.#slots.take(signal);
    const threads: SearchThread[] = [];
    const onAbort = () => {
      for (const thread of threads) thread.stop(signal?.reason);
    };
    try {
      const startedAtMs = performance.now();
      // The threads read the files; a paused recording is searched as far as it is on disk.
      await recorder.flush();
      const from = Math.max(query.from, recorder.startOffset);
      const to = Math.max(from, Math.min(query.to ?? Number.POSITIVE_INFINITY, recorder.endOffset));
      const parts = Math.min(mostThreads, availableParallelism(), (to - from) / this.#leastBytesPerThread);
      const cuts = await splitAtLines(recorder, from, to, Math.max(1, Math.floor(parts)));
      signal?.throwIfAborted();
      signal?.addEventListener('abort', onAbort, { once: true });
      const files = recorder.segments().map(({ path, fromOffset, bytes }) => ({ path, fromOffset, bytes }));
      // One more than is wanted tells that there are more.
      const limit = query.limit + 1;
      for (const part of cuts) threads.push(new SearchThread({ pattern, files, ...part, limit }));
      const times = new ArrivalTimes(recorder);
      let matches = 0;
      const done = (limited: boolean, searchedBytes: number): SearchEvent => {
        const elapsedMs = performance.now() - startedAtMs;
        return { type: 'done', matches, limited, searchedBytes, elapsedMs };
      };
      // One after the other: what a later thread finds meanwhile waits for its turn.
      for (const [i, thread] of threads.entries()) {
        const before = (cuts[i]?.from ?? from) - from;
        for await (const news of thread) {
          if (news.type === 'progress')
            yield { type: 'progress', searchedBytes: before + news.searchedBytes, totalBytes: to - from };
          if (news.type !== 'matches') continue;
          for (const match of news.matches) {
            if (matches === query.limit) {
              yield done(true, match.offset - from);
              return;
            }
            matches += 1;
            yield { type: 'match', ...match, atMs: await times.at(match.offset) };
          }
        }
      }
      yield done(false, to - from);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      await Promise.all(threads.map((thread) => thread.close()));
      release();
    }
  }
}
