import type { Readable } from 'node:stream';
import { fail, LabError } from '../../contract/index.ts';
import type { TaskHandle } from '../../tasks/index.ts';
import type { Credentials } from '../credentials.ts';
import type { InstanceRecord } from '../instanceRecord.ts';
import { provision, provisionSteps } from './provision.ts';
import type { WorkDeps } from './workDeps.ts';

export const replaceSteps = ['stop', 'snapshot', ...provisionSteps, 'move over'];

/** What ran before and is started again is waited for so long; then its health is for the user to look at. */
const backWithinMs = 60_000;

interface ReplaceOptions {
  /** Of the record, what the next generation has otherwise: its image, its source. */
  readonly change: Partial<Pick<InstanceRecord, 'image' | 'source'>>;
  /** Takes the snapshot and opens the data of the next generation. */
  readonly data: () => Promise<() => Readable>;
  /** Who may log in afterwards with the password that is known here; null: as the data have it. */
  readonly admin: Credentials | null;
  readonly task: TaskHandle;
}

/**
 * Moves an instance to another image, or to other data: the next generation is made beside the present one, which
 * stands still meanwhile and is untouched. Only when the next is well does the record point to it; whatever goes wrong
 * before that, also a crash, leaves the present one, and it is started again.
 */
export async function replace(
  deps: WorkDeps,
  key: string,
  { change, data, admin, task }: ReplaceOptions,
): Promise<void> {
  const { store, generations, observer } = deps;
  const before = store.byKey(key) ?? fail('NOT_FOUND', 'That instance is gone');
  const present = { key, number: before.generation };
  const next = { key, number: before.generation + 1 };
  const wasUp = await generations.isRunning(present);
  const after: InstanceRecord = { ...before, ...change, generation: next.number };
  try {
    task.step('stop');
    await generations.stop(present, task.signal);
    await observer.look();
    task.step('snapshot');
    const open = await data();
    await generations.discard(next);
    await provision(deps, after, { generation: next, data: open, admin, task });
    task.step('move over');
    if (!wasUp) await generations.stop(next, task.signal);
    task.signal.throwIfAborted();
    const { taskId } = task;
    await store.update(key, { ...change, generation: next.number, taskId, problem: null });
  } catch (error) {
    await generations.tryDiscard(next);
    throw returned(error, wasUp ? await bringBack(deps, before, task) : 'stands still');
  }
  observer.follow(key, next.number, generations.folder(next));
  await generations.tryDiscard(present);
  await observer.look();
}

type Returned = 'well' | 'started' | 'stands still';

/** Starts what ran before, and waits until it is well unless the task was cancelled. Never rejects. */
async function bringBack(
  { store, generations, observer, logger }: WorkDeps,
  before: InstanceRecord,
  { signal }: TaskHandle,
): Promise<Returned> {
  // Its port may have changed: somebody took it while it stood still.
  const record = store.byKey(before.key) ?? before;
  const generation = { key: record.key, number: record.generation };
  let now: Returned = 'stands still';
  try {
    await generations.start(record, generation);
    now = 'started';
    await observer.look();
    const until = AbortSignal.any([signal, AbortSignal.timeout(backWithinMs)]);
    await generations.waitUntilWell(generation, { signal: until });
    now = 'well';
  } catch (error) {
    if (!signal.aborted) logger.error(`the instance is not back: ${now}`, { instance: record.name, error });
  }
  await observer.look();
  return now;
}

const returnedWords: Readonly<Record<Returned, string>> = {
  well: 'It runs as before.',
  started: 'It was started again; look at its health.',
  'stands still': 'Its data are as before.',
};

/** Says of a failure that nothing was lost by it. */
function returned(error: unknown, now: Returned): unknown {
  if (!(error instanceof LabError)) return error;
  return new LabError(error.code, error.message, {
    ...error.data,
    hint: `${error.hint ?? ''} ${returnedWords[now]}`.trim(),
  });
}
