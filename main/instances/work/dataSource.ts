import { PassThrough, type Readable } from 'node:stream';
import { fail, LabError } from '../../contract/index.ts';
import type { TaskHandle } from '../../tasks/index.ts';
import type { InstanceRecord } from '../instanceRecord.ts';
import type { WorkDeps } from './workDeps.ts';

/** Where the first data of an instance come from: a kept backup, another instance. */
export class DataSource {
  readonly #deps: WorkDeps;
  readonly #origin: InstanceRecord['origin'];
  readonly #task: TaskHandle;
  /** What was started only to be read, and stands still again afterwards. */
  #wokenKey: string | null = null;
  /** Aborted when nobody reads any more. */
  readonly #end = new AbortController();

  constructor(deps: WorkDeps, { origin }: InstanceRecord, task: TaskHandle) {
    this.#deps = deps;
    this.#origin = origin;
    this.#task = task;
  }

  get exists(): boolean {
    return this.#origin !== null;
  }

  /** A whole backup, to be read once. Rejects with LabError NOT_FOUND, DAMAGED. */
  async open(): Promise<Readable> {
    const { backups } = this.#deps;
    const origin = this.#origin ?? fail('INTERNAL', 'there are no data to begin with');
    if (origin.kind === 'clone') return this.#clone(origin.key);
    await backups.check(backups.get(origin.backupId).file);
    return backups.open(origin.backupId);
  }

  /** Never rejects. */
  async close(): Promise<void> {
    this.#end.abort(new LabError('INTERRUPTED', 'Nobody reads it any more'));
    const record = this.#wokenKey === null ? null : this.#deps.store.byKey(this.#wokenKey);
    if (!record) return;
    const { generations, logger } = this.#deps;
    await generations
      .stop({ key: record.key, number: record.generation })
      .catch((error: unknown) => logger.warn('the cloned instance goes on running', { error }));
  }

  /** What another instance holds, as it is read; no file in between. */
  async #clone(key: string): Promise<Readable> {
    const { store, generations } = this.#deps;
    const { signal } = this.#task;
    const from = store.byKey(key) ?? fail('NOT_FOUND', 'The instance to clone is gone');
    const generation = { key, number: from.generation };
    if (!(await generations.isRunning(generation))) {
      this.#wokenKey = key;
      await generations.start(from, generation, { start: 'maintenance', signal });
      await generations.waitFor(generation, ({ state }) => state === 'maintenance', { signal });
    }
    const control = await generations.control(generation);
    const passing = new PassThrough();
    // What goes wrong here is said by who reads it, if anybody does.
    passing.on('error', () => {});
    control
      .backup(passing, AbortSignal.any([signal, this.#end.signal]))
      .catch((error) => passing.destroy(error));
    return passing;
  }
}
