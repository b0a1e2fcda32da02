import { expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock.ts';
import { silentLogger } from '../base/logger.ts';
import { TasksService } from '../tasks/index.ts';
import type { InstanceRecord } from './instanceRecord.ts';
import { Operations } from './operations.ts';

const home = { key: 'k1', name: 'home' } as InstanceRecord;
const other = { key: 'k2', name: 'other' } as InstanceRecord;
const operation = { kind: 'look', title: 'Look at home', doing: 'working', steps: ['look'] } as const;

function start() {
  const tasks = new TasksService(new FakeClock(), silentLogger);
  return { tasks, operations: new Operations(tasks) };
}

test('one task at a time works on an instance and on what it reads; its end frees all, however it ends', async () => {
  const { tasks, operations } = start();
  for (const end of ['well', 'badly', 'cancelled']) {
    const task = operations.begin(
      home,
      operation,
      async ({ signal }) => {
        await Promise.resolve();
        signal.throwIfAborted();
        if (end === 'badly') throw new Error('no');
      },
      [other],
    );
    for (const record of [home, other])
      expect(() => operations.requireIdle(record)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    if (end === 'cancelled') tasks.cancel(task.taskId);
    await tasks.ended(task.taskId);
    for (const record of [home, other]) expect(() => operations.requireIdle(record)).not.toThrow();
  }
});

test('a task that could not begin leaves nobody busy', async () => {
  const { tasks, operations } = start();
  await tasks.close();
  expect(() => operations.begin(home, operation, async () => {})).toThrow('closing');
  expect(operations.get(home.key)).toBeNull();
});

test('what needs it for a moment keeps tasks away, and lets go though it fails', async () => {
  const { tasks, operations } = start();
  await expect(
    operations.hold(home, async () => {
      expect(() => operations.begin(home, operation, async () => {})).toThrow('looked after');
      expect(tasks.list()).toEqual([]);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  await tasks.ended(operations.begin(home, operation, async () => {}).taskId);
});
