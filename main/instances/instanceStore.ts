import { createHash } from 'node:crypto';
import path from 'node:path';
import { Emitter } from '../base/emitter.ts';
import { JsonFile } from '../base/jsonFile.ts';
import { loadTelling } from '../base/jsonFileTelling.ts';
import { KeyedQueue } from '../base/keyedQueue.ts';
import type { Logger } from '../base/logger.ts';
import { fail } from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';
import { type InstanceRecord, type InstancesDocument, instancesDocument } from './instanceRecord.ts';

/** What Labdeck was asked for, in `<dir>/instances.json`. A change is visible once it is on the disk. */
export class InstanceStore {
  readonly #file: JsonFile<InstancesDocument>;
  readonly #notices: NoticesService;
  readonly #logger: Logger;
  readonly #queue = new KeyedQueue<'store'>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  #document: InstancesDocument;

  constructor(deps: { dir: string; notices: NoticesService; logger: Logger }) {
    this.#file = new JsonFile({
      path: path.join(deps.dir, 'instances.json'),
      schema: instancesDocument,
      version: 1,
    });
    this.#notices = deps.notices;
    this.#logger = deps.logger;
    // From the folder, not from chance: where the file is lost, what it had made is still known as ours.
    const labId = createHash('sha256').update(path.resolve(deps.dir)).digest('hex').slice(0, 12);
    this.#document = { version: 1, labId, instances: [] };
  }

  /** Reads the file; never rejects. */
  async load(): Promise<void> {
    const kept = await loadTelling(this.#file, {
      what: 'The list of instances',
      topic: 'instances-file',
      notices: this.#notices,
      logger: this.#logger,
    });
    if (kept) this.#document = kept;
  }

  /** Of this data folder, on everything it makes in the engine. */
  get labId(): string {
    return this.#document.labId;
  }

  list(): readonly InstanceRecord[] {
    return this.#document.instances;
  }

  byKey(key: string): InstanceRecord | null {
    return this.list().find((record) => record.key === key) ?? null;
  }

  byName(name: string): InstanceRecord | null {
    return this.list().find((record) => record.name === name) ?? null;
  }

  /** Throws LabError NOT_FOUND. */
  require(name: string): InstanceRecord {
    return (
      this.byName(name) ?? fail('NOT_FOUND', `There is no instance ${name}`, 'GET /instances lists them.')
    );
  }

  /** Rejects with LabError NAME_TAKEN, DISK_FULL. */
  add(record: InstanceRecord): Promise<void> {
    return this.#write((list) => {
      if (list.some((other) => other.name === record.name))
        fail('NAME_TAKEN', `There is an instance ${record.name} already`, 'Choose another name.', {
          field: 'name',
        });
      return [...list, record];
    });
  }

  /** Rejects with LabError NOT_FOUND, NAME_TAKEN, DISK_FULL. */
  async update(key: string, patch: Partial<InstanceRecord>): Promise<InstanceRecord> {
    let updated: InstanceRecord | null = null;
    await this.#write((list) => {
      const before = list.find((record) => record.key === key) ?? fail('NOT_FOUND', 'That instance is gone');
      const after = { ...before, ...patch };
      if (list.some((other) => other.key !== key && other.name === after.name))
        fail('NAME_TAKEN', `There is an instance ${after.name} already`, 'Choose another name.', {
          field: 'rename',
        });
      updated = after;
      return list.map((record) => (record.key === key ? after : record));
    });
    return updated ?? fail('INTERNAL', 'nothing was updated');
  }

  /** Harmless when it is gone. */
  remove(key: string): Promise<void> {
    return this.#write((list) => list.filter((record) => record.key !== key));
  }

  #write(change: (list: readonly InstanceRecord[]) => InstanceRecord[]): Promise<void> {
    return this.#queue.run('store', async () => {
      const next = { ...this.#document, instances: change(this.#document.instances) };
      await this.#file.write(next);
      this.#document = next;
      this.#changed.fire();
    });
  }
}
