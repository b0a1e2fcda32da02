import { expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock.ts';
import { createLogger, silentLogger } from '../base/logger.ts';
import { LabError } from '../contract/labError.ts';
import { type TaskHandle, TasksService } from './index.ts';

const plan = { kind: 'demo', title: 'A demo', subject: 'beagle.main', steps: ['look', 'try', 'do'] };

function service() {
  return new TasksService(new FakeClock(), silentLogger);
}

async function ended(tasks: TasksService, taskId: string) {
  await expect.poll(() => tasks.get(taskId).endedAtMs, { interval: 5 }).not.toBeNull();
  return tasks.get(taskId);
}

/** Work that goes on until it is told to stop. */
const untilStopped = async ({ signal }: TaskHandle) => {
  signal.throwIfAborted();
  await new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
};

test('a task shows its steps, its progress and its log, and succeeds', async () => {
  const tasks = service();
  const seen: unknown[] = [];
  const { taskId } = tasks.run(plan, async (task) => {
    task.step('look');
    task.step('do');
    task.progress(0.5);
    task.log('half way');
    seen.push(...tasks.get(taskId).steps);
  });
  expect(await ended(tasks, taskId)).toMatchObject({
    kind: 'demo',
    state: 'succeeded',
    problem: null,
    log: 'half way\n',
    steps: [
      { name: 'look', state: 'done' },
      { name: 'try', state: 'skipped' },
      { name: 'do', state: 'done', progress: 1 },
    ],
  });
  expect(seen).toMatchObject([{ state: 'done' }, { state: 'skipped' }, { state: 'running', progress: 0.5 }]);
});

test('what goes wrong as expected is told to people; anything else is a bug, and logged', async () => {
  const lines: string[] = [];
  const tasks = new TasksService(
    new FakeClock(),
    createLogger((line) => lines.push(line)),
  );
  const known = tasks.run(plan, async (task) => {
    task.step('look');
    throw new LabError('DEVICE_GONE', 'It went', { hint: 'Plug it in.' });
  });
  expect(await ended(tasks, known.taskId)).toMatchObject({
    state: 'failed',
    problem: { code: 'DEVICE_GONE', message: 'It went', hint: 'Plug it in.' },
    steps: [{ state: 'failed' }, { state: 'skipped' }, { state: 'skipped' }],
  });
  expect(lines).toEqual([]);
  const bug = tasks.run(plan, () => Promise.reject(new Error('oh')));
  expect((await ended(tasks, bug.taskId)).problem).toMatchObject({ code: 'INTERNAL' });
  expect(lines[0]).toContain('Error: oh');
});

test('a cancelled task ends as cancelled, not as failed; cancelling it again is harmless', async () => {
  const tasks = service();
  const { taskId } = tasks.run(plan, untilStopped);
  tasks.cancel(taskId);
  expect(await ended(tasks, taskId)).toMatchObject({ state: 'cancelled', problem: null });
  expect(tasks.cancel(taskId).state).toBe('cancelled');
  expect(() => tasks.cancel('nothing')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
});

test('closing cancels all and waits until they have ended', async () => {
  const tasks = service();
  let cleanedUp = false;
  const { taskId } = tasks.run(plan, async (task) => {
    task.step('look');
    await untilStopped(task).catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    cleanedUp = true;
    throw task.signal.reason;
  });
  await expect.poll(() => tasks.get(taskId).steps[0]?.state).toBe('running');
  await tasks.close();
  expect(cleanedUp).toBe(true);
  expect(tasks.get(taskId).state).toBe('cancelled');
  expect(() => tasks.run(plan, untilStopped)).toThrow('closing');
});

test('progress in a rush is told now and then, the end at once', async () => {
  const tasks = service();
  let told = 0;
  tasks.onDidChange(() => {
    told += 1;
  });
  const { taskId } = tasks.run(plan, async (task) => {
    task.step('look');
    for (let n = 0; n < 10_000; n += 1) task.progress(n / 10_000);
  });
  await ended(tasks, taskId);
  expect(told).toBeLessThan(5);
  expect(tasks.list()[0]?.state).toBe('succeeded');
});

test('the last hundred that ended are kept, running ones always, newest first', async () => {
  const tasks = service();
  const running = tasks.run(plan, untilStopped);
  let last = '';
  for (let n = 0; n < 120; n += 1) last = tasks.run(plan, async () => {}).taskId;
  await ended(tasks, last);
  const list = tasks.list();
  expect(list).toHaveLength(101);
  expect(list[0]?.taskId).toBe(last);
  expect(list.at(-1)?.taskId).toBe(running.taskId);
  await tasks.close();
});

test('a log that goes on and on keeps its last 64 KiB, begun at a line', async () => {
  const tasks = service();
  const { taskId } = tasks.run(plan, async (task) => {
    for (let n = 0; n < 10_000; n += 1) task.log(`line ${n} of many`);
  });
  const { log } = await ended(tasks, taskId);
  expect(log.length).toBeLessThanOrEqual(64 * 1024);
  expect(log).toMatch(/^line \d+ of many\n/);
  expect(log.endsWith('line 9999 of many\n')).toBe(true);
});

test('what is cancelled before it began is called all the same, to undo what it must', async () => {
  const tasks = service();
  let undone = false;
  const { taskId } = tasks.run(plan, async ({ signal }) => {
    undone = signal.aborted;
    signal.throwIfAborted();
  });
  tasks.cancel(taskId);
  expect(await ended(tasks, taskId)).toMatchObject({ state: 'cancelled' });
  expect(undone).toBe(true);
});

test('a task that took longer than a hundred others is known when it ends', async () => {
  const tasks = service();
  let finish = () => {};
  const { taskId } = tasks.run(plan, () => new Promise<void>((resolve) => (finish = resolve)));
  for (let n = 0; n < 120; n += 1) await tasks.ended(tasks.run(plan, async () => {}).taskId);
  const end = tasks.ended(taskId);
  finish();
  expect(await end).toMatchObject({ state: 'succeeded' });
});
