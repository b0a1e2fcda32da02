import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock.ts';
import { silentLogger } from '../base/logger.ts';
import { type TaskFate, TaskJournal, type TaskPlan, TasksService } from './index.ts';

const plan: TaskPlan = {
  kind: 'install',
  title: 'Install',
  subject: 'home',
  steps: ['a', 'b'],
  isJournaled: true,
};
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'labdeck-journal-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function start(fateOf?: TaskFate) {
  const tasks = new TasksService(
    new FakeClock(),
    silentLogger,
    new TaskJournal({ dir, logger: silentLogger }),
  );
  await tasks.start(fateOf);
  return tasks;
}

/** Of the file, once it says so. */
const journaled = (state: string) =>
  expect
    .poll(() => readFileSync(path.join(dir, 'tasks.json'), 'utf8'), { interval: 5 })
    .toContain(`"state": "${state}"`);

test('a task that ended is known after a restart, with its log', async () => {
  const before = await start();
  const { taskId } = before.run(plan, async (task) => task.log('hello'));
  await journaled('succeeded');
  expect((await start()).get(taskId)).toMatchObject({ state: 'succeeded', log: 'hello\n' });
});

test('a task that was under way in a crash has failed, and says why', async () => {
  const before = await start();
  const { taskId } = before.run(plan, async (task) => {
    task.step('a');
    await new Promise(() => {});
  });
  await journaled('running');
  const task = (await start()).get(taskId);
  expect(task).toMatchObject({ state: 'failed', problem: { code: 'INTERRUPTED' } });
  expect(task.steps.map(({ state }) => state)).not.toContain('running');
});

test('a task somebody will go on with is queued until then, and has failed when nobody does', async () => {
  const before = await start();
  const { taskId } = before.run(plan, () => new Promise(() => {}));
  await journaled('running');
  const after = await start((task) => (task.taskId === taskId ? 'awaited' : 'lost'));
  expect(after.get(taskId)).toMatchObject({ state: 'queued', endedAtMs: null });
  after.giveUp(taskId);
  expect(after.get(taskId)).toMatchObject({ state: 'failed', problem: { code: 'INTERRUPTED' } });
});

test('a task that is gone on with keeps its id', async () => {
  const before = await start();
  const { taskId } = before.run(plan, () => new Promise(() => {}));
  await journaled('running');
  const after = await start();
  expect(after.run(plan, async () => {}, taskId).taskId).toBe(taskId);
  expect(await after.ended(taskId)).toMatchObject({ state: 'succeeded' });
  expect(after.list()).toHaveLength(1);
  expect(after.get(taskId).log).toContain('going on');
});

test('tasks that are not journaled leave no trace', async () => {
  const before = await start();
  const { taskId } = before.run({ ...plan, isJournaled: false }, async () => {});
  await before.ended(taskId);
  before.run(plan, async () => {});
  await journaled('succeeded');
  expect((await start()).list().map((task) => task.taskId)).not.toContain(taskId);
});

test('a damaged journal costs nothing but history', async () => {
  writeFileSync(path.join(dir, 'tasks.json'), '{');
  const tasks = await start();
  const { taskId } = tasks.run(plan, async () => {});
  expect(await tasks.ended(taskId)).toMatchObject({ state: 'succeeded' });
});

test('a task that had done all it was for when the core was stopped has succeeded', async () => {
  const before = await start();
  const { taskId } = before.run(plan, async (task) => {
    task.step('a');
    await new Promise(() => {});
  });
  await journaled('running');
  const after = await start(() => 'done');
  expect(after.get(taskId)).toMatchObject({ state: 'succeeded', problem: null });
  expect(after.wasInterrupted('home')).toBe(true);
  expect(after.wasInterrupted('other')).toBe(false);
});

test('one that can be gone on with waits for the next start when the service closes, unless it was cancelled', async () => {
  const before = await start();
  const work = ({ signal }: { signal: AbortSignal }) =>
    new Promise<void>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const resumable = { ...plan, isResumable: true };
  const left = before.run(resumable, work).taskId;
  const cancelled = before.run(resumable, work).taskId;
  const other = before.run(plan, work).taskId;
  before.cancel(cancelled);
  await before.close();
  const after = await start(() => 'awaited');
  expect([left, cancelled, other].map((taskId) => after.get(taskId).state)).toEqual([
    'queued',
    'cancelled',
    'cancelled',
  ]);
  const told: string[] = [];
  after.onDidCancelQueued((taskId) => told.push(taskId));
  after.cancel(left);
  after.cancel(cancelled);
  expect(told).toEqual([left]);
  expect(after.isCancelledQueued(left)).toBe(true);
});

test('one that is cancelled while it waits for somebody to go on with it is told so at once', async () => {
  const before = await start();
  const { taskId } = before.run(plan, () => new Promise(() => {}));
  await journaled('running');
  const after = await start(() => 'awaited');
  after.cancel(taskId);
  after.run(plan, async ({ signal }) => signal.throwIfAborted(), taskId);
  expect(await after.ended(taskId)).toMatchObject({ state: 'cancelled' });
});
