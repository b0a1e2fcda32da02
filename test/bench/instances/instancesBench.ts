import { spawnSync } from 'node:child_process';
import { withTimeout } from '../waiting.ts';
import { BenchLab } from './benchLab.ts';
import { BenchStore } from './benchStore.ts';

const syncMs = 120_000;
/** A build whose step was ended cleans up after itself within this. */
const cleanUpMs = 10_000;

/** Of an image and its base, on a slow machine. */
export const buildMs = 30 * 60_000;

/** What the figures about instances share: a Labdeck that has an image already. At the end nothing of it is left. */
export class InstancesBench {
  readonly #stores = new Set<BenchStore>();
  readonly #labs = new Set<BenchLab>();
  readonly #stop = new AbortController();
  #ready: BenchLab | null = null;
  #script: Promise<void> = Promise.resolve();
  #isSwept = false;

  /** An empty store, when nothing is waiting any more to be written to the disk. */
  async store(): Promise<BenchStore> {
    if (!this.#isSwept) await BenchStore.sweep();
    this.#isSwept = true;
    this.#stop.signal.throwIfAborted();
    const store = await BenchStore.make();
    this.#stores.add(store);
    spawnSync('sync', { timeout: syncMs });
    return store;
  }

  /** A Labdeck on a store of its own; nothing is in either. */
  async newLab(): Promise<BenchLab> {
    const lab = await BenchLab.start(await this.store());
    this.#labs.add(lab);
    this.#stop.signal.throwIfAborted();
    return lab;
  }

  /** Runs something that ends when the bench is given up. */
  async runScript(start: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#stop.signal.throwIfAborted();
    this.#script = start(this.#stop.signal);
    await this.#script;
  }

  /** Runs `use` with a Labdeck that has an image of LAVA and no instance. */
  async withLab<T>(progress: (text: string) => void, use: (lab: BenchLab) => Promise<T>): Promise<T> {
    const lab = this.#ready ?? (await this.#withImage(progress));
    try {
      const result = await use(lab);
      if (this.#labs.has(lab)) await lab.removeAll();
      return result;
    } catch (error) {
      // Nobody knows in which state it is: the next figure gets another.
      await this.dispose(lab.store);
      throw error;
    }
  }

  /** Makes this the one that others get, without its instances. */
  async keep(lab: BenchLab): Promise<void> {
    await lab.removeAll();
    this.#ready = lab;
  }

  /** A store with all that is in it and the Labdeck on it. */
  async dispose(store: BenchStore): Promise<void> {
    for (const lab of this.#labs) {
      if (lab.store !== store) continue;
      if (this.#ready === lab) this.#ready = null;
      await lab.stop();
      this.#labs.delete(lab);
    }
    await store.dispose();
    this.#stores.delete(store);
  }

  /** Ends and removes everything, also in the middle of something, which then rejects. */
  async close(): Promise<void> {
    // A script that is just told to end leaves the step of its build running: that goes first.
    const ended = [...this.#stores].map((store) => store.endSteps());
    if (ended.some((count) => count > 0))
      await withTimeout(this.#script, cleanUpMs, 'the script ends').catch(() => {});
    this.#stop.abort(new Error('the bench was given up'));
    await this.#script.catch(() => {});
    for (const store of [...this.#stores]) await this.dispose(store);
  }

  async #withImage(progress: (text: string) => void): Promise<BenchLab> {
    progress('building an image of LAVA first');
    const lab = await this.newLab();
    const { taskId } = await lab.call<{ taskId: string }>('POST', '/instances', { name: 'first' });
    await lab.succeeded(taskId, buildMs);
    await this.keep(lab);
    return lab;
  }
}
