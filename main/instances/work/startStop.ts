import { fail } from '../../contract/index.ts';
import type { TaskHandle } from '../../tasks/index.ts';
import { problemOf } from '../problem.ts';
import type { WorkDeps } from './workDeps.ts';

/** Starts an instance and waits until it is well. One that would not start is stopped again and says why. */
export async function startWell(deps: WorkDeps, key: string, task: TaskHandle): Promise<void> {
  const { store, generations, observer, engines } = deps;
  task.step('start');
  const record = await store.update(key, { wanted: 'running', problem: null });
  const generation = { key, number: record.generation };
  observer.start(await engines.get());
  observer.follow(key, generation.number, generations.folder(generation));
  try {
    await generations.start(record, generation, { signal: task.signal });
    await observer.look();
    task.step('health');
    await generations.waitUntilWell(generation, { signal: task.signal });
  } catch (error) {
    // Somebody who cancels wants it as it was; one that fails stands still, so that its problem is looked at.
    await store.update(key, { wanted: 'stopped', problem: task.signal.aborted ? null : problemOf(error) });
    await generations.stop(generation).catch(() => {});
    await observer.look();
    throw error;
  }
  await observer.look();
}

export async function stopNow({ store, generations, observer }: WorkDeps, key: string, task: TaskHandle) {
  task.step('stop');
  const record = store.byKey(key) ?? fail('NOT_FOUND', 'That instance is gone');
  await store.update(key, { wanted: 'stopped', problem: null });
  await generations.stop({ key, number: record.generation }, task.signal);
  await observer.look();
}
