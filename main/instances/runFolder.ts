import { type FSWatcher, watch } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Disposable, toDisposable } from '../base/disposable.ts';
import { errnoOf } from '../base/errno.ts';
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

/** How often the status is read though no event came: events do not cross every kind of bind mount. */
const readEveryMs = 3000;

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
    const file = path.join(this.path, 'config.json');
    await writeFile(`${file}.tmp`, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o644 });
    await rename(`${file}.tmp`, file);
  }

  /** Whether it was last started with nothing but its database. */
  async isInMaintenance(): Promise<boolean> {
    const text = await readFile(path.join(this.path, 'config.json'), 'utf8').catch(() => '{}');
    const config: Partial<InstanceConfig> = JSON.parse(text);
    return config.start === 'maintenance';
  }

  /** null: there is none yet, or it cannot be understood. */
  async readStatus(): Promise<InstanceStatus | null> {
    try {
      const text = await readFile(path.join(this.path, 'status.json'), 'utf8');
      const read = instanceStatus.safeParse(JSON.parse(text));
      return read.success ? read.data : null;
    } catch (error) {
      if (error instanceof SyntaxError || errnoOf(error) !== undefined) return null;
      throw error;
    }
  }

  /** Before a start: what an earlier run said is not news. */
  async forgetStatus(): Promise<void> {
    await rm(path.join(this.path, 'status.json'), { force: true });
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  /** Tells whenever the status may have changed, and now and then though it did not. */
  watch(onMayHaveChanged: () => void): Disposable {
    let watcher: FSWatcher | null = null;
    try {
      watcher = watch(this.path, (_, file) => {
        if (file === null || file === 'status.json') onMayHaveChanged();
      });
      watcher.on('error', () => watcher?.close());
    } catch {
      // No folder yet, or no more watches to be had: the timer does.
    }
    const timer = setInterval(onMayHaveChanged, readEveryMs);
    timer.unref();
    return toDisposable(() => {
      watcher?.close();
      clearInterval(timer);
    });
  }
}
