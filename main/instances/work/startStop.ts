import { fail, LabError } from '../../contract/index.ts';
import type { TaskHandle } from '../../tasks/index.ts';
import type { InstanceRecord } from '../instanceRecord.ts';
import { problemOf } from '../problem.ts';
import type { WorkDeps } from './workDeps.ts';

/** Starts an instance and waits until it is well. One that would not start is stopped again and says why. */
export async function startWell(deps: WorkDeps, key: string, task: TaskHandle): Promise<void> {
  const { store, generations, observer, engines } = deps;
  task.step('start');
  observer.start(await engines.get());
  const record = await store.update(key, { wanted: 'running', problem: null });
  const generation = { key, number: record.generation };
  observer.follow(key, generation.number, generations.folder(generation));
  try {
    await startOnItsImage(deps, record, task);
    await observer.look();
    task.step('health');
    await generations.waitUntilWell(generation, { signal: task.signal });
  } catch (error) {
    // Instances outlive Labdeck: one that it began to start goes on without it.
    if (!isLabdeckClosing(task)) await standStill(deps, record, task.signal.aborted ? null : error);
    throw error;
  }
  await observer.look();
}

export async function stopNow(
  { store, generations, observer, logger }: WorkDeps,
  key: string,
  task: TaskHandle,
): Promise<void> {
  task.step('stop');
  const record = store.byKey(key) ?? fail('NOT_FOUND', 'That instance is gone');
  await store.update(key, { wanted: 'stopped', problem: null });
  try {
    await generations.stop({ key, number: record.generation }, task.signal);
  } catch (error) {
    // Who cancels wants it as it was, and one that cannot be stopped runs on.
    await store
      .update(key, { wanted: record.wanted })
      .catch((cause: unknown) => logger.warn('it is still wanted stopped', { instance: record.name, cause }));
    throw error;
  } finally {
    await observer.look();
  }
}

/** On the way to a start, so that one that is cut short in between is still to run. */
export async function stopForStart(
  { store, generations, observer }: WorkDeps,
  key: string,
  task: TaskHandle,
): Promise<void> {
  task.step('stop');
  const record = store.byKey(key) ?? fail('NOT_FOUND', 'That instance is gone');
  await generations.stop({ key, number: record.generation }, task.signal);
  await observer.look();
}

/** Where somebody removed its image, that is built anew first. */
async function startOnItsImage(deps: WorkDeps, record: InstanceRecord, task: TaskHandle): Promise<void> {
  const { store, generations, images } = deps;
  const generation = { key: record.key, number: record.generation };
  try {
    await generations.start(record, generation, { signal: task.signal });
  } catch (error) {
    if (!(error instanceof LabError) || error.data.details?.image === undefined) throw error;
    task.log(`${error.message}: building it anew`);
    const image = await images.ensure(record.source, record.include, {
      refresh: false,
      signal: task.signal,
      onStep: () => {},
      onProgress: (done) => task.progress(done),
      onLine: (line) => task.log(line),
    });
    const mended = await store.update(record.key, { image });
    await generations.start(mended, generation, { signal: task.signal });
  }
}

/** One that fails stands still, so that its problem is looked at; who cancels wants it as it was. */
async function standStill(
  { store, generations, observer, logger }: WorkDeps,
  { key, name, generation: number }: InstanceRecord,
  error: unknown,
): Promise<void> {
  const problem = error === null ? null : problemOf(error);
  await store
    .update(key, { wanted: 'stopped', problem })
    .catch((cause: unknown) => logger.warn('why it did not start is not kept', { instance: name, cause }));
  await generations.stop({ key, number }).catch(() => {});
  await observer.look();
}

function isLabdeckClosing({ signal }: TaskHandle): boolean {
  return signal.reason instanceof LabError && signal.reason.code === 'INTERRUPTED';
}
