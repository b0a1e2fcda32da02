import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Notice, PowerReading, TaskWithLog } from '../../main/contract/index.ts';
import { HeadlessHost } from '../fakes/headlessHost.ts';

// A real Labdeck that is killed with SIGKILL while a board is off for its power-truth test. Its outlet outlives it.

const waiting = { timeout: 30_000, interval: 50 };
let dir: string;
let lab: HeadlessHost;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-killed-'));
  await start();
  const outlet = (state: string) => ['sh', '-c', `echo ${state} >>"$1"`, 'outlet', join(dir, 'outlet')];
  const power = { kind: 'command', on: outlet('on'), off: outlet('off') };
  await done('POST', '/boards', { name: 'shelf', power });
});
afterEach(async () => {
  await lab?.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function start(): Promise<void> {
  lab = await HeadlessHost.start(join(dir, 'data'));
}

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of the body is what it checks
async function done(method: string, path: string, body?: unknown): Promise<any> {
  const answer = await lab.rest(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const read = (): Promise<PowerReading> => done('GET', '/boards/shelf/power');
/** Each command that reached the outlet, in order. */
const switched = () =>
  existsSync(join(dir, 'outlet')) ? readFileSync(join(dir, 'outlet'), 'utf8').trim().split('\n') : [];
const notice = async () =>
  ((await done('GET', '/health')).notices as Notice[]).find(
    ({ noticeId }) => noticeId === 'unfinished-power-tests',
  );

async function killInTheMiddle(): Promise<void> {
  await done('PUT', '/boards/shelf/power', { state: 'on' });
  await done('POST', '/boards/shelf/power/test', { offMs: 60_000, bootMs: 1000 });
  await expect.poll(read, waiting).toMatchObject({ commanded: 'off', commandedBy: 'test' });
  await lab.stop('SIGKILL');
  expect(switched()).toEqual(['on', 'off']);
}

test('a board that a killed test left off is on again after the next start, and it is told', async () => {
  await killInTheMiddle();
  await start();
  await expect.poll(read, waiting).toMatchObject({ commanded: 'on', commandedBy: 'test', busy: false });
  expect(switched()).toEqual(['on', 'off', 'on']);
  await expect.poll(notice, waiting).toMatchObject({
    severity: 'info',
    text: expect.stringContaining('shelf is switched on again, as before'),
  });
  // Done once: a later start finds nothing to do.
  await lab.stop();
  await start();
  await done('PUT', '/boards/shelf/power', { state: 'off' });
  expect(switched()).toEqual(['on', 'off', 'on', 'off']);
  expect(await notice()).toBeUndefined();
});

test('a start that is killed before it gave power back leaves that to the next', async () => {
  const drains = (minOffMs: number) => done('PATCH', '/boards/shelf', { powerPolicy: { minOffMs } });
  await drains(60_000);
  await killInTheMiddle();
  await start();
  await expect.poll(read, waiting).toMatchObject({ commanded: 'off', busy: true });
  await drains(0);
  await lab.stop('SIGKILL');
  expect(switched()).toEqual(['on', 'off']);
  await start();
  await expect.poll(read, waiting).toMatchObject({ commanded: 'on' });
  expect(switched()).toEqual(['on', 'off', 'on']);
});

test('a test that runs to its end, or is ended by the end of Labdeck, leaves the board on', async () => {
  await done('PUT', '/boards/shelf/power', { state: 'on' });
  const { taskId } = await done('POST', '/boards/shelf/power/test', { offMs: 500, bootMs: 500 });
  const state = async () => ((await done('GET', `/tasks/${taskId}`)) as TaskWithLog).state;
  await expect.poll(state, waiting).toBe('succeeded');
  await done('POST', '/boards/shelf/power/test', { offMs: 60_000, bootMs: 1000 });
  await expect.poll(read, waiting).toMatchObject({ commanded: 'off', commandedBy: 'test' });
  await lab.stop();
  await start();
  await expect.poll(read, waiting).toMatchObject({ commanded: 'on' });
  expect(switched()).toEqual(['on', 'off', 'on', 'off', 'on']);
});
