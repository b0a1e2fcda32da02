import type { TaskWithLog } from '../../../main/contract/index.ts';
import type { ContainerEngine, EngineEvent } from '../../../main/instances/engine/engine.ts';
import type { InstanceRecord } from '../../../main/instances/instanceRecord.ts';
import { InstanceStore } from '../../../main/instances/instanceStore.ts';
import { FileSecretStore } from '../../../main/secrets/index.ts';
import { TaskJournal } from '../../../main/tasks/index.ts';

/**
 * The life of one Labdeck. When it is over nothing it does has an effect any more and nothing answers it: what a
 * `kill -9` makes of a process, for objects in one that goes on.
 */
export class Life {
  isOver = false;
  /** Told of each thing that reaches beyond the process, right before it does; `after`: once it is done. */
  onDeed: (what: string, when: 'before' | 'after') => void | Promise<void> = () => {};

  readonly #writing = new Set<Promise<unknown>>();

  /** Resolves once no file is being written any more: a write that has begun is done or not, and then never changes. */
  async settled(): Promise<void> {
    while (this.#writing.size > 0) await Promise.allSettled(this.#writing);
  }

  /** Of something that writes a file. */
  async write<T>(what: string, deed: () => Promise<T>): Promise<T> {
    return this.act(what, () => {
      const writing = deed().finally(() => this.#writing.delete(writing));
      this.#writing.add(writing);
      return writing;
    });
  }

  async act<T>(what: string, deed: () => Promise<T>): Promise<T> {
    await this.onDeed(what, 'before');
    if (this.isOver) return never();
    try {
      const result = await deed();
      await this.onDeed(what, 'after');
      return this.isOver ? never() : result;
    } catch (error) {
      if (this.isOver) return never();
      throw error;
    }
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}

/** An engine as one life uses it; `calls` are the methods that would have started a program. */
export function mortalEngine(engine: ContainerEngine, life: Life, calls: string[]): ContainerEngine {
  return new Proxy(engine, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      if (name === 'watch')
        return (label: string, listener: (event: EngineEvent) => void) =>
          target.watch(label, (event) => {
            if (!life.isOver) listener(event);
          });
      return (...args: unknown[]) => {
        calls.push(name);
        const call = () => value.apply(target, args);
        return name === 'terminal' ? call() : life.act(name, call);
      };
    },
  });
}

export class MortalStore extends InstanceStore {
  readonly #life: Life;

  constructor(life: Life, deps: ConstructorParameters<typeof InstanceStore>[0]) {
    super(deps);
    this.#life = life;
  }

  override add(record: InstanceRecord): Promise<void> {
    return this.#life.write('store.add', () => super.add(record));
  }

  override update(key: string, patch: Partial<InstanceRecord>): Promise<InstanceRecord> {
    return this.#life.write('store.update', () => super.update(key, patch));
  }

  override remove(key: string): Promise<void> {
    return this.#life.write('store.remove', () => super.remove(key));
  }
}

export class MortalSecrets extends FileSecretStore {
  readonly #life: Life;

  constructor(life: Life, options: ConstructorParameters<typeof FileSecretStore>[0]) {
    super(options);
    this.#life = life;
  }

  override set(name: string, value: string): Promise<void> {
    return this.#life.write('secrets.set', () => super.set(name, value));
  }

  override remove(name: string): Promise<void> {
    return this.#life.write('secrets.remove', () => super.remove(name));
  }
}

export class MortalJournal extends TaskJournal {
  readonly #life: Life;

  constructor(life: Life, deps: ConstructorParameters<typeof TaskJournal>[0]) {
    super(deps);
    this.#life = life;
  }

  override write(tasks: TaskWithLog[]): Promise<void> {
    return this.#life.write('journal.write', () => super.write(tasks));
  }
}
