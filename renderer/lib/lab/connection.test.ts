import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { About } from '../../../main/contract/index.ts';
import { backOffMs, LabConnection } from './connection.ts';
import { deferred } from './deferred.ts';
import { DisconnectedError, UnauthorizedError } from './labProblem.ts';
import type { LabClient, LabLink } from './link.ts';

/** One life of a core: answers, or keeps silent, until it is killed. */
function fakeCore(answers = true): LabLink & { kill(): void } {
  const { promise: closed, resolve: close } = deferred<void>();
  const about = () => (answers ? Promise.resolve({} as About) : new Promise<About>(() => {}));
  const client = { about: { about } } as unknown as LabClient;
  return { client, bytes: { send: () => {}, listen: () => {} }, closed, close, kill: close };
}

function connect(openLink: () => Promise<LabLink>) {
  const phases: string[] = [];
  const connection = new LabConnection(openLink, { linked: () => {}, answered: () => {} });
  connection.phase.subscribe(({ phase }) => phases.push(phase));
  void connection.run();
  return { connection, phases };
}

beforeAll(() => {
  vi.useFakeTimers();
});
afterAll(() => {
  vi.useRealTimers();
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
let running: LabConnection | null = null;
afterEach(async () => {
  running?.stop();
  await pass(10_000);
});

test('a core that dies is asked for again, and calls in between fail at once', async () => {
  const cores = [fakeCore(), fakeCore()];
  let lives = 0;
  const { connection, phases } = connect(() => {
    lives += 1;
    return Promise.resolve(cores[lives - 1] ?? fakeCore());
  });
  running = connection;
  await pass(5);
  expect(phases).toEqual(['connected']);
  cores[0]?.kill();
  await pass(5);
  expect(() => connection.client()).toThrow(DisconnectedError);
  await pass(backOffMs(0));
  expect(phases).toEqual(['connected', 'reconnecting', 'connected']);
  expect(connection.client()).toBe(cores[1]?.client);
});

test('ports behind which nobody answers are given up', async () => {
  const silent = fakeCore(false);
  let lives = 0;
  const { connection, phases } = connect(() => {
    lives += 1;
    return Promise.resolve(lives === 1 ? silent : fakeCore());
  });
  running = connection;
  await pass(9_000);
  expect(phases).toEqual([]);
  await pass(2_000);
  expect(phases).toEqual(['connected']);
  expect(lives).toBe(2);
});

test('without a session nothing is tried until a token is given', async () => {
  let admitted = false;
  const open = vi.fn(() =>
    admitted ? Promise.resolve(fakeCore()) : Promise.reject(new UnauthorizedError()),
  );
  const { connection, phases } = connect(open);
  running = connection;
  await pass(60_000);
  expect(open).toHaveBeenCalledTimes(1);
  expect(phases).toEqual(['unauthorized']);
  admitted = true;
  connection.retryNow();
  await pass(5);
  expect(phases).toEqual(['unauthorized', 'connecting', 'connected']);
});

test('attempts come less and less often, but never cease', () => {
  expect([0, 1, 2, 3, 10].map(backOffMs)).toEqual([250, 500, 1000, 2000, 5000]);
});
