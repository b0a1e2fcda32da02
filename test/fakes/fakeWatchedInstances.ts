import { Emitter } from '../../main/base/emitter.ts';
import { type Instance, LabError, type NewInstance } from '../../main/contract/index.ts';
import type { WatchedInstances } from '../../main/instances/watches/index.ts';

/** The commit a source stands for now. Rejects where installing or upgrading it fails. */
type Resolve = (source: NewInstance['source']) => Promise<string>;

/**
 * Instances as a watch sees them: work begins at once and goes on until `finish`. Says what was ever asked of it.
 */
export class FakeWatchedInstances implements WatchedInstances {
  readonly asked: string[] = [];
  readonly requests: NewInstance[] = [];
  readonly #resolve: Resolve;
  readonly #instances = new Map<string, Instance>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  #keys = 0;
  /** What installing rejects with, as without an engine. */
  refusal: LabError | null = null;

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  list(): Instance[] {
    return [...this.#instances.values()];
  }

  get(name: string): Instance {
    const found = this.#instances.get(name);
    if (!found) throw new Error(`no instance ${name}; there are: ${[...this.#instances.keys()].join(', ')}`);
    return found;
  }

  async install(request: NewInstance, watch: { watchId: string; subject: string }): Promise<Instance> {
    this.asked.push(`install ${request.name}`);
    this.requests.push(request);
    if (this.refusal) throw this.refusal;
    if (this.#instances.has(request.name)) throw new LabError('NAME_TAKEN', `${request.name} is taken`);
    this.#keys += 1;
    const { name, source, include, lean, memoryLimitBytes, autostart, backup } = request;
    const made: Instance = {
      name,
      key: `key-${this.#keys}`,
      source,
      resolved: null,
      imageId: null,
      version: null,
      state: 'installing',
      parts: [],
      usage: null,
      holds: null,
      url: 'http://127.0.0.1:8100/',
      port: 8100,
      include,
      memoryLimitBytes,
      lean,
      autostart,
      backup,
      taskId: `install-${name}`,
      problem: null,
      watch,
      createdAtMs: this.#keys,
    };
    this.put(made);
    return made;
  }

  async upgrade(name: string): Promise<void> {
    this.asked.push(`upgrade ${name}`);
    this.#requireIdle(name);
    this.put({ ...this.get(name), taskId: `upgrade-${name}` });
  }

  async remove(name: string): Promise<void> {
    this.asked.push(`remove ${name}`);
    this.#requireIdle(name);
    this.put({ ...this.get(name), state: 'removing', taskId: `remove-${name}` });
  }

  /** Ends what is under way with an instance, as it would end. */
  async finish(name: string): Promise<void> {
    const before = this.get(name);
    if (before.taskId?.startsWith('remove-')) {
      this.#instances.delete(name);
      this.#changed.fire();
      return;
    }
    try {
      const commit = await this.#resolve(before.source);
      const resolved = { title: '', commit, sha256: null };
      this.put({ ...before, resolved, state: 'running', taskId: null, problem: null });
    } catch (error) {
      const problem = { code: 'COMMAND_FAILED', message: String(error), hint: '' };
      // What had come up goes back to what it was.
      this.put({ ...before, state: before.resolved ? before.state : 'failed', taskId: null, problem });
    }
  }

  /** Until nothing is under way any more: what ends may begin the next. */
  async finishAll(): Promise<void> {
    for (;;) {
      const busy = this.list().find(({ taskId }) => taskId !== null);
      if (!busy) return;
      await this.finish(busy.name);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  async release(name: string): Promise<void> {
    this.put({ ...this.get(name), watch: null });
  }

  /** Somebody else does something to an instance. */
  put(instance: Instance): void {
    this.#instances.set(instance.name, instance);
    this.#changed.fire();
  }

  drop(name: string): void {
    this.#instances.delete(name);
    this.#changed.fire();
  }

  #requireIdle(name: string): void {
    if (this.get(name).taskId !== null) throw new LabError('CONFLICT', `${name} is busy`);
  }
}
