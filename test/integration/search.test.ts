import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { Recorder } from '../../main/console/recording/recorder.ts';
import { ConsoleSearch } from '../../main/console/search/consoleSearch.ts';
import { type SearchEvent, type SearchMatch, searchQuery } from '../../main/contract/index.ts';

let dir: string;
let recorder: Recorder;
let nowMs: number;
beforeEach(async () => {
  nowMs = 1_000_000;
  dir = mkdtempSync(join(tmpdir(), 'labdeck-search-'));
  recorder = await Recorder.open(join(dir, 'main'), { ...systemClock, nowMs: () => nowMs }, silentLogger, {
    segmentBytes: 1024 * 1024,
    steady: { monotonicMs: () => nowMs, sinceBootMs: () => nowMs },
  });
});
afterEach(async () => {
  await recorder.close();
  rmSync(dir, { recursive: true, force: true });
});

// A thread for every 2 MB: what large recordings get, without their size.
const search = new ConsoleSearch({ leastBytesPerThread: 2_000_000 });
const query = (q: string, more: object = {}) => searchQuery.parse({ consoleId: 'b.main', q, ...more });

async function run(q: string, more: object = {}, signal?: AbortSignal): Promise<SearchEvent[]> {
  const events: SearchEvent[] = [];
  for await (const event of search.run(recorder, query(q, more), signal)) events.push(event);
  return events;
}

async function matches(q: string, more: object = {}): Promise<SearchMatch[]> {
  return (await run(q, more)).filter((event) => event.type === 'match');
}

function print(text: string): void {
  nowMs += 1_000;
  recorder.append(Buffer.from(text));
}

test('a text is found wherever it stands, with its place, its time and its line', async () => {
  print('U-Boot 2026.07\r\n');
  print('\x1b[1;32mStarting\x1b[0m kernel ...\r\n');
  print('login: ');
  const [found, ...others] = await matches('kernel', { caseSensitive: true });
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    offset: 36,
    bytes: 6,
    atMs: 1_002_000,
    line: 'Starting kernel ...',
    column: 9,
    length: 6,
  });
  expect(Buffer.from(await recorder.read(36, 6)).toString()).toBe('kernel');
  expect((await matches('LOGIN'))[0]).toMatchObject({ line: 'login: ', atMs: 1_003_000 });
  expect(await matches('LOGIN', { caseSensitive: true })).toEqual([]);
});

test('letters beyond ASCII are found, in either case and in expressions', async () => {
  print('Größe: 12 MB\nÄrger\n');
  expect(await matches('größe')).toMatchObject([{ line: 'Größe: 12 MB', column: 0, length: 5, bytes: 7 }]);
  expect(await matches('ärger')).toHaveLength(1);
  expect(await matches('Gr[oö]ße', { regex: true, caseSensitive: true })).toHaveLength(1);
  expect(await matches('\\xc3\\x84', { regex: true, caseSensitive: true })).toMatchObject([
    { offset: 15, bytes: 2 },
  ]);
});

test('an expression speaks of one line at a time', async () => {
  print('one\r\ntwo three\r\n\r\nfour');
  expect((await matches('^t', { regex: true })).map(({ offset }) => offset)).toEqual([5]);
  expect((await matches('e$', { regex: true })).map(({ offset }) => offset)).toEqual([2, 13]);
  expect((await matches('two[^x]*', { regex: true }))[0]).toMatchObject({ line: 'two three' });
  expect(await matches('x*', { regex: true })).toEqual([]);
});

test.each([true, false])(
  'no match is lost or doubled at the edges of blocks and files (case sensitive: %s)',
  async (caseSensitive) => {
    const line = `${'.'.repeat(61)}needle\r\n`;
    for (let i = 0; i < 300; i++) {
      print(line.repeat(300));
      await recorder.flush();
    }
    expect(recorder.segments().length).toBeGreaterThan(1);
    const found = await matches('needle', { caseSensitive, limit: 100_000 });
    expect(found).toHaveLength(90_000);
    expect(found.every(({ offset }, i) => offset === i * line.length + 61)).toBe(true);
  },
);

test('an endless line is searched as well', async () => {
  const piece = `${'x'.repeat(9_994)}needle`;
  print(piece.repeat(300));
  const found = await matches('needle', { limit: 100_000 });
  expect(found.map(({ offset }) => offset)).toEqual(
    Array.from({ length: 300 }, (_, i) => i * 10_000 + 9_994),
  );
  expect(Math.max(...found.map(({ line }) => line.length))).toBeLessThanOrEqual(400);
});

test('a search keeps to its range and its limit, and says so', async () => {
  for (let i = 0; i < 10; i++) print(`line ${i}\n`);
  expect((await matches('line', { from: 7, to: 21 })).map(({ offset }) => offset)).toEqual([7, 14]);
  const events = await run('line', { limit: 3 });
  expect(events.at(-1)).toMatchObject({ type: 'done', matches: 3, limited: true });
  expect((await run('line', { limit: 10 })).at(-1)).toMatchObject({
    matches: 10,
    limited: false,
    searchedBytes: 70,
  });
});

test('any byte a board prints is harmless', async () => {
  print(Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 37) % 256)).toString('latin1'));
  recorder.append(Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i) % 256)));
  print('\nneedle\n');
  expect((await matches('needle')).length).toBe(1);
});

test.each(['(', '[z-a]', 'a\nb'])('a wrong pattern is refused with its field: %j', async (q) => {
  await expect(run(q, { regex: true })).rejects.toMatchObject({ code: 'BAD_REQUEST', data: { field: 'q' } });
});

test('an expression that would run for ever is ended, and the next search runs', async () => {
  print(`${'a'.repeat(40)}!\n`);
  await expect(run('(a+)+$', { regex: true })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    data: { field: 'q' },
  });
  expect(await matches('a!')).toHaveLength(1);
});

test('a search that is called off ends at once, and one that waits leaves its place', async () => {
  print(`${'a'.repeat(40)}!\n`);
  const off = new AbortController();
  const running = [1, 2, 3].map(() => run('(a+)+$', { regex: true }, off.signal));
  off.abort(new Error('called off'));
  for (const { status, reason } of (await Promise.allSettled(running)) as PromiseRejectedResult[])
    expect([status, String(reason)]).toEqual(['rejected', 'Error: called off']);
  expect(await matches('a!')).toHaveLength(1);
});

test('whoever reads one result a day holds up nobody and is not flooded', async () => {
  print('needle\n'.repeat(200_000));
  const slow = search.run(recorder, query('needle', { limit: 100_000 }));
  expect((await slow.next()).value).toMatchObject({ type: 'match', offset: 0 });
  expect(await matches('needle', { limit: 5 })).toHaveLength(5);
  await slow.return(undefined);
});

test('files let go of meanwhile are passed over', async () => {
  for (let i = 0; i < 4; i++) {
    print('x\n'.repeat(600_000));
    await recorder.flush();
  }
  print('needle\n');
  const searching = matches('needle');
  await vi.waitFor(() => expect(recorder.segments().length).toBeGreaterThan(2));
  await recorder.removeSegments(new Set(recorder.segments().map(({ path }) => path)));
  expect(await searching).toHaveLength(1);
});
