import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConsoleId, SearchEvent, SearchMatch } from '../../../main/contract/index.ts';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';

export interface SearchWish {
  readonly text: string;
  readonly regex: boolean;
  readonly caseSensitive: boolean;
}

export interface SearchState {
  readonly phase: 'idle' | 'running' | 'done' | 'failed';
  /** Oldest first, as they are found. */
  readonly matches: readonly SearchMatch[];
  readonly searchedBytes: number;
  readonly totalBytes: number;
  /** There is more than is listed. */
  readonly limited: boolean;
  readonly elapsedMs: number;
  readonly problem: LabProblem | null;
}

/** Starts a search; the signal ends it. Rejects, at once or later, with what the core said. */
export type StartSearch = (wish: SearchWish, signal: AbortSignal) => Promise<AsyncIterable<SearchEvent>>;

export const mostMatches = 5000;

const idle: SearchState = {
  phase: 'idle',
  matches: [],
  searchedBytes: 0,
  totalBytes: 0,
  limited: false,
  elapsedMs: 0,
  problem: null,
};

/** Matches can come by the thousand: the list is drawn this often at most. */
const drawEveryMs = 80;

/** One search at a time: a new wish ends the one before. */
export class SearchRun {
  readonly store: StoreApi<SearchState> = createStore(() => idle);
  readonly #start: StartSearch;
  #current: AbortController | null = null;

  constructor(start: StartSearch) {
    this.#start = start;
  }

  /** An empty text clears the list. */
  async search(wish: SearchWish): Promise<void> {
    this.stop();
    if (wish.text === '') {
      this.store.setState(idle, true);
      return;
    }
    const run = new AbortController();
    this.#current = run;
    this.store.setState({ ...idle, phase: 'running' }, true);
    let found: SearchMatch[] = [];
    let drawnAtMs = 0;
    const draw = () => {
      drawnAtMs = performance.now();
      if (found.length === 0) return;
      const fresh = found;
      found = [];
      this.store.setState(({ matches }) => ({ matches: [...matches, ...fresh] }));
    };
    try {
      for await (const event of await this.#start(wish, run.signal)) {
        if (run.signal.aborted) return;
        if (event.type === 'match') found.push(event);
        if (event.type !== 'match' || performance.now() - drawnAtMs > drawEveryMs) draw();
        if (event.type === 'progress')
          this.store.setState({ searchedBytes: event.searchedBytes, totalBytes: event.totalBytes });
        if (event.type === 'done')
          this.store.setState({
            phase: 'done',
            limited: event.limited,
            searchedBytes: event.searchedBytes,
            elapsedMs: event.elapsedMs,
          });
      }
      if (!run.signal.aborted && this.store.getState().phase === 'running')
        this.store.setState({ phase: 'done' });
    } catch (error) {
      if (run.signal.aborted) return;
      draw();
      this.store.setState({ phase: 'failed', problem: toProblem(error) });
    }
  }

  /** Keeps what was found. */
  stop(): void {
    this.#current?.abort();
    this.#current = null;
    if (this.store.getState().phase === 'running') this.store.setState({ phase: 'done', limited: true });
  }

  dispose(): void {
    this.#current?.abort();
  }
}

export type SearchOn = (
  input: {
    consoleId: ConsoleId;
    q: string;
    regex: boolean;
    caseSensitive: boolean;
    limit: number;
  },
  options: { signal: AbortSignal },
) => Promise<AsyncIterable<SearchEvent>>;

export function searchOf(consoleId: string, run: SearchOn): StartSearch {
  return ({ text, regex, caseSensitive }, signal) =>
    run({ consoleId: consoleId as ConsoleId, q: text, regex, caseSensitive, limit: mostMatches }, { signal });
}
