import { problemOf } from '../../base/problem.ts';
import { fail, LabError } from '../../contract/index.ts';
import { isClosing, type TaskHandle } from '../../tasks/index.ts';
import type { InstanceRecord } from '../instanceRecord.ts';
import type { WorkDeps } from './workDeps.ts';

/**
 * Starts an instance and waits until it is well. One that would not start is stopped again and says why; one whose
 * start is cancelled is stopped again, unless it is `toRunOn`.
 */
export async function startWell(
  deps: WorkDeps,
  key: string,
  task: TaskHandle,
  toRunOn = false,
): Promise<void> {
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
    const goesOn = isClosing(task.signal) || (task.signal.aborted && toRunOn);
    if (!goesOn) await standStill(deps, record, task.signal.aborted ? null : error);
    throw error;
  }
  await observer.look();
}

/** Cancelled, it is as it was: also when it had begun to stop. */
export async function stopNow(deps: WorkDeps, key: string, task: TaskHandle): Promise<void> {
  const { store, observer, logger } = deps;
  task.step('stop');
  const record = store.byKey(key) ?? fail('NOT_FOUND', 'That instance is gone');
  await store.update(key, { wanted: 'stopped', problem: null });
  try {
    await stopWhole(deps, record, task);
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

/**
 * Stops it and starts it again. It stays wanted in between, so that one that is cut short is still to run; and where
 * it ran, it does so again when this is cancelled.
 */
export async function restartWell(deps: WorkDeps, key: string, task: TaskHandle): Promise<void> {
  const { store, generations, observer } = deps;
  task.step('stop');
  const record = store.byKey(key) ?? fail('NOT_FOUND', 'That instance is gone');
  const wasUp = await generations.isRunning({ key, number: record.generation });
  await stopWhole(deps, record, task);
  await observer.look();
  try {
    await startWell(deps, key, task, wasUp);
  } catch (error) {
    if (wasUp && task.signal.aborted && !isClosing(task.signal)) await runOn(deps, key);
    throw error;
  }
}

/** Cancelled in the middle, it is stopped all the same, and then started as it was before. */
async function stopWhole(deps: WorkDeps, { key, generation: number }: InstanceRecord, task: TaskHandle) {
  const { generations } = deps;
  const generation = { key, number };
  const wasUp = await generations.isRunning(generation);
  task.signal.throwIfAborted();
  try {
    await generations.stop(generation, task.signal);
  } catch (error) {
    if (wasUp && task.signal.aborted && !isClosing(task.signal)) {
      // What was told to stop may do so later.
      await generations.stop(generation).catch(() => {});
      await runOn(deps, key);
    }
    throw error;
  }
}

/** Starts what we stopped and nobody wants stopped any more. Never rejects: one that does not start says why. */
async function runOn({ store, generations, observer, logger }: WorkDeps, key: string): Promise<void> {
  const record = store.byKey(key);
  if (!record) return;
  try {
    await generations.start(record, { key, number: record.generation });
    await store.update(key, { wanted: 'running' });
  } catch (error) {
    logger.warn('it could not be started again', { instance: record.name, error });
    await store
      .update(key, { wanted: 'stopped', problem: problemOf(error) })
      .catch((cause: unknown) => logger.warn('why it did not start is not kept', { key, cause }));
  }
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
