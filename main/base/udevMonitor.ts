import { type ChildProcess, spawn } from 'node:child_process';
import { type FSWatcher, watch } from 'node:fs';
import type { Disposable } from './disposable.ts';
import { errnoOf, messageOf } from './errno.ts';
import type { Logger } from './logger.ts';

const firstRetryMs = 1000;
const maxRetryMs = 30_000;

export interface UdevMonitorOptions {
  /** Of the kernel's devices: `tty`, `usb`. */
  readonly subsystems: readonly string[];
  /** Folders of device nodes to watch beside udev's events, and the names in them that matter. */
  readonly watched: { readonly folders: readonly string[]; readonly names: RegExp };
  /** `about`: the subsystems the events were of, as far as that is known; empty: anything may have changed. */
  readonly onEvent: (about: readonly string[]) => void;
  readonly logger: Logger;
}

/**
 * Calls `onEvent` for each sign that devices may have come or gone. Two sources, since neither is everywhere:
 * udev's events (after its rules ran, so names and rights are final) and changes in folders of /dev (containers
 * without udevd). Says "look again", never what changed.
 */
export class UdevMonitor implements Disposable {
  readonly #options: UdevMonitorOptions;
  readonly #logger: Logger;
  readonly #watchers: FSWatcher[] = [];
  #monitor: ChildProcess | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retryMs = firstRetryMs;
  #disposed = false;

  constructor(options: UdevMonitorOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#startMonitor();
    for (const folder of options.watched.folders) this.#startWatch(folder);
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    for (const watcher of this.#watchers) watcher.close();
    this.#monitor?.kill('SIGTERM');
  }

  #startMonitor(): void {
    const matches = this.#options.subsystems.map((name) => `--subsystem-match=${name}`);
    const child = spawn('udevadm', ['monitor', '--udev', ...matches], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#monitor = child;
    let ended = false;
    const onEnd = (why: string) => {
      if (ended || this.#disposed) return;
      ended = true;
      this.#logger.debug('udevadm monitor ended', { why, retryMs: this.#retryMs });
      this.#retry = setTimeout(() => {
        this.#startMonitor();
        // Whatever happened while nobody listened is only seen by looking.
        this.#options.onEvent([]);
      }, this.#retryMs);
      this.#retryMs = Math.min(this.#retryMs * 2, maxRetryMs);
    };
    child.once('error', (error) => onEnd(messageOf(error)));
    child.once('exit', (code, signal) => onEnd(`exit ${code ?? signal}`));
    child.stdout?.on('data', (chunk: Buffer) => {
      // Its greeting ("monitor will print ...") is no event, but a look too many costs nothing.
      this.#retryMs = firstRetryMs;
      if (chunk.length > 0) this.#options.onEvent(subsystemsIn(chunk.toString('latin1')));
    });
  }

  #startWatch(folder: string): void {
    const { watched, onEvent } = this.#options;
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name !== null && watched.names.test(name)) onEvent([]);
      });
      watcher.on('error', (error) => this.#logger.warn('stopped watching device nodes', { folder, error }));
      this.#watchers.push(watcher);
    } catch (error) {
      const level = errnoOf(error) === 'ENOENT' ? 'debug' : 'warn';
      this.#logger[level]('cannot watch for nodes that come and go', { folder, error });
    }
  }
}

/** From lines such as `UDEV  [81.21] add      /devices/.../1-1 (usb)`; a chunk that ends inside a line may be of anything. */
function subsystemsIn(chunk: string): string[] {
  if (!chunk.endsWith('\n')) return [];
  return [...new Set([...chunk.matchAll(/ \(([\w-]+)\)$/gm)].map((match) => match[1] ?? ''))];
}
