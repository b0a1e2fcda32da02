import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import type { SearchEvent } from '../../../main/contract/index.ts';
import { SearchRun, type SearchWish } from './searchRun.ts';

const wish = (text: string): SearchWish => ({ text, regex: false, caseSensitive: false });
const match = (offset: number): SearchEvent => ({
  type: 'match',
  offset,
  bytes: 3,
  atMs: offset,
  line: 'a foo here',
  column: 2,
  length: 3,
});
const done = (matches: number): SearchEvent => ({
  type: 'done',
  matches,
  limited: false,
  searchedBytes: 100,
  elapsedMs: 4,
});

/** Finds what it is told to, when it is told to, for as long as somebody wants it. */
class FakeCore {
  readonly wanted: string[] = [];
  readonly cancelled: string[] = [];
  readonly #feeds = new Map<string, (event: SearchEvent | Error) => void>();

  readonly start = async ({ text }: SearchWish, signal: AbortSignal): Promise<AsyncIterable<SearchEvent>> => {
    this.wanted.push(text);
    const queue: (SearchEvent | Error)[] = [];
    let wake = () => {};
    this.#feeds.set(text, (event) => {
      queue.push(event);
      wake();
    });
    signal.addEventListener('abort', () => {
      this.cancelled.push(text);
      wake();
    });
    return (async function* () {
      while (!signal.aborted) {
        const next = queue.shift();
        if (next instanceof Error) throw next;
        if (next !== undefined) yield next;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        if (next?.type === 'done') return;
      }
    })();
  };

  tell(text: string, ...events: (SearchEvent | Error)[]): void {
    for (const event of events) this.#feeds.get(text)?.(event);
  }
}

test('matches are listed in the order they come, and the end is told', async () => {
  const core = new FakeCore();
  const run = new SearchRun(core.start);
  const ended = run.search(wish('foo'));
  core.tell('foo', match(1), match(9), { type: 'progress', searchedBytes: 50, totalBytes: 100 }, done(2));
  await ended;
  const state = run.store.getState();
  expect(state.matches.map((each) => each.offset)).toEqual([1, 9]);
  expect(state).toMatchObject({ phase: 'done', totalBytes: 100, searchedBytes: 100 });
});

test('a new wish ends the search before and its late matches are not shown', async () => {
  const core = new FakeCore();
  const run = new SearchRun(core.start);
  const first = run.search(wish('foo'));
  const second = run.search(wish('bar'));
  core.tell('foo', match(1), done(1));
  core.tell('bar', match(7), done(1));
  await Promise.all([first, second]);
  expect(core.cancelled).toContain('foo');
  expect(run.store.getState().matches.map((each) => each.offset)).toEqual([7]);
});

test('what the core refuses stands beside the field, with what was found before', async () => {
  const core = new FakeCore();
  const run = new SearchRun(core.start);
  const ended = run.search(wish('a(b'));
  core.tell(
    'a(b',
    match(4),
    new ORPCError('BAD_REQUEST', {
      message: 'the pattern took too long',
      data: { hint: 'Make it simpler.' },
    }),
  );
  await ended;
  const state = run.store.getState();
  expect(state.phase).toBe('failed');
  expect(state.problem?.message).toBe('the pattern took too long');
  expect(state.matches).toHaveLength(1);
});

test('an empty text clears the list and asks nothing', async () => {
  const core = new FakeCore();
  const run = new SearchRun(core.start);
  const ended = run.search(wish('foo'));
  core.tell('foo', match(1), done(1));
  await ended;
  await run.search(wish(''));
  expect(run.store.getState()).toMatchObject({ phase: 'idle', matches: [] });
  expect(core.wanted).toEqual(['foo']);
});
