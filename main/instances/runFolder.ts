import { type FSWatcher, watch } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Disposable, toDisposable } from '../base/disposable.ts';
import { readUntrusted } from '../base/untrustedFile.ts';
import { type InstanceStatus, instanceStatus } from './instanceStatus.ts';

/** What an instance is told at its start. No secret: those are made inside and stay on its volume. */
export interface InstanceConfig {
  readonly version: 1;
  readonly name: string;
  readonly url: string;
  /** `restore`: wait for a backup before anything else. `maintenance`: only the database. */
  readonly start: 'normal' | 'restore' | 'maintenance';
  readonly worker: boolean;
  readonly lean: boolean;
}

/** In every instance, where its run folder is. */
export const runFolderTarget = '/run/labdeck';

/** A status takes two or three. */
const maxFileBytes = 64 * 1024;
/** How often the status is read though no event came: events do not cross every kind of bind mount. */
const readEveryMs = 3000;
/** Init writes every 5 s: where events cross, one has come by then. */
const eventWithinMs = 8000;

/** The folder a generation of an instance shares with Labdeck: its configuration in, its status out. */
export class RunFolder {
  readonly path: string;

  constructor(folder: string) {
    this.path = folder;
  }

  async writeConfig(config: InstanceConfig): Promise<void> {
    await mkdir(this.path, { recursive: true });
    // The container's root may be another user here, without rights to pass others' folders.
    await chmod(this.path, 0o755);
    // Written where no container can put a link in its way, then moved in.
    const beside = `${this.path}.config`;
    const file = path.join(this.path, 'config.json');
    await writeFile(beside, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o644 });
    await rm(file, { recursive: true, force: true });
    await rename(beside, file);
  }

  /** Whether it was last started with nothing but its database. */
  async isInMaintenance(): Promise<boolean> {
    return startOf(await this.#read('config.json')) === 'maintenance';
  }

  /** null: there is none yet, or it cannot be understood. */
  async readStatus(): Promise<InstanceStatus | null> {
    const read = instanceStatus.safeParse(await this.#read('status.json'));
    return read.success ? read.data : null;
  }

  /** What runs in the container may be anybody's branch: nothing in this folder is to be trusted. */
  async #read(name: string): Promise<unknown> {
    const text = await readUntrusted(path.join(this.path, name), maxFileBytes);
    try {
      return JSON.parse(text ?? 'null');
    } catch {
      return null;
    }
  }

  /** Before a start: what an earlier run said is not news. */
  async forgetStatus(): Promise<void> {
    await rm(path.join(this.path, 'status.json'), { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    await rm(`${this.path}.config`, { force: true });
  }

  /** Tells whenever the status may have changed, and now and then though it did not. */
  watch(onMayHaveChanged: () => void): Disposable {
    let watcher: FSWatcher | null = null;
    let heardAtMs = Number.NEGATIVE_INFINITY;
    try {
      watcher = watch(this.path, (_, file) => {
        if (file !== null && file !== 'status.json') return;
        heardAtMs = performance.now();
        onMayHaveChanged();
      });
      watcher.on('error', () => watcher?.close());
    } catch {
      // No folder yet, or no more watches to be had: the timer does.
    }
    const timer = setInterval(() => {
      // Where events come, one of them will.
      if (performance.now() - heardAtMs > eventWithinMs) onMayHaveChanged();
    }, readEveryMs);
    timer.unref();
    return toDisposable(() => {
      watcher?.close();
      clearInterval(timer);
    });
  }
}

function startOf(config: unknown): unknown {
  return typeof config === 'object' && config !== null && 'start' in config ? config.start : null;
}
