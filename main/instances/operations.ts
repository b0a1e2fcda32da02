import { Emitter } from '../base/emitter.ts';
import { fail, type Task } from '../contract/index.ts';
import type { TaskHandle, TasksService } from '../tasks/index.ts';
import type { InstanceRecord } from './instanceRecord.ts';
import type { Busy } from './instanceView.ts';

export interface Operation {
  /** `install-instance`, `upgrade-instance`. */
  readonly kind: string;
  readonly title: string;
  readonly doing: Busy['doing'];
  readonly steps: readonly string[];
  /** Goes on with a task of an earlier run. */
  readonly resumed?: string | null;
  /** The next start goes on with it when Labdeck closes in the middle of it. */
  readonly isResumable?: boolean;
}

/** Who works on which instance: one task at a time. */
export class Operations {
  readonly #tasks: TasksService;
  readonly #busy = new Map<string, Busy>();
  readonly #held = new Set<string>();
  readonly #changed = new Emitter<string>();
  /** An instance's key. */
  readonly onDidChange = this.#changed.event;
  readonly #freed = new Emitter<void>();
  /** An instance nobody works on any more, not for a moment either. */
  readonly onDidFree = this.#freed.event;

  constructor(tasks: TasksService) {
    this.#tasks = tasks;
  }

  get(key: string): Busy | null {
    return this.#busy.get(key) ?? null;
  }

  /** Throws LabError CONFLICT while another task works on it, or something else needs it alone for a moment. */
  requireIdle({ key, name }: InstanceRecord): void {
    if (this.#held.has(key)) fail('CONFLICT', `${name} is being looked after`, 'Try again in a moment.');
    const busy = this.#busy.get(key);
    if (!busy) return;
    const { title } = this.#tasks.get(busy.taskId);
    fail('CONFLICT', `${name} is busy: ${title}`, 'Wait for that task, or cancel it.', {
      details: { taskId: busy.taskId },
    });
  }

  /**
   * Begins work on an instance (and on `others`, which it reads) as a task. Throws LabError CONFLICT while another task
   * works on one of them, or when Labdeck is closing.
   */
  begin(
    record: InstanceRecord,
    { kind, title, doing, steps, resumed, isResumable = false }: Operation,
    work: (task: TaskHandle) => Promise<void>,
    others: readonly InstanceRecord[] = [],
  ): Task {
    const all = [record, ...others];
    for (const each of all) this.requireIdle(each);
    const keys = all.map(({ key }) => key);
    const task = this.#tasks.run(
      { kind, title, subject: record.name, steps, isJournaled: true, isResumable },
      async (handle) => {
        try {
          await work(handle);
        } finally {
          for (const key of keys) this.#free(key);
          this.#freed.fire();
        }
      },
      resumed ?? undefined,
    );
    const busy = { taskId: task.taskId, doing };
    this.#busy.set(record.key, busy);
    for (const other of others) this.#busy.set(other.key, { ...busy, doing: 'working' });
    for (const key of keys) this.#changed.fire(key);
    return task;
  }

  /** What takes a moment and is no task: no task begins on the instance meanwhile. Rejects as `requireIdle` throws. */
  async hold<T>(record: InstanceRecord, work: () => Promise<T>): Promise<T> {
    this.requireIdle(record);
    this.#held.add(record.key);
    try {
      return await work();
    } finally {
      this.#held.delete(record.key);
      this.#freed.fire();
    }
  }

  #free(key: string): void {
    this.#busy.delete(key);
    this.#changed.fire(key);
  }
}
