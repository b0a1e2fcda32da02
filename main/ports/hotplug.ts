import { type ChildProcess, spawn } from 'node:child_process';
import { type FSWatcher, watch } from 'node:fs';
import type { Disposable } from '../base/disposable.ts';
import { messageOf } from '../base/errno.ts';
import type { Logger } from '../base/logger.ts';

const firstRetryMs = 1000;
const maxRetryMs = 30_000;

/**
 * Calls `onEvent` for each sign that serial ports may have come or gone. Two sources, since neither is
 * everywhere: udev's events (after its rules ran, so names and rights are final) and changes in /dev (containers
 * without udevd). Says "look again", never what changed.
 */
export class Hotplug implements Disposable {
  readonly #onEvent: () => void;
  readonly #logger: Logger;
  #monitor: ChildProcess | null = null;
  #watcher: FSWatcher | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retryMs = firstRetryMs;
  #disposed = false;

  constructor(options: {
    devDir: string;
    nodePattern: RegExp;
    onEvent: () => void;
    logger: Logger;
  }) {
    this.#onEvent = options.onEvent;
    this.#logger = options.logger;
    this.#startMonitor();
    this.#startWatch(options.devDir, options.nodePattern);
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#watcher?.close();
    this.#monitor?.kill('SIGTERM');
  }

  #startMonitor(): void {
    const child = spawn('udevadm', ['monitor', '--udev', '--subsystem-match=tty'], {
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
        this.#onEvent();
      }, this.#retryMs);
      this.#retryMs = Math.min(this.#retryMs * 2, maxRetryMs);
    };
    child.once('error', (error) => onEnd(messageOf(error)));
    child.once('exit', (code, signal) => onEnd(`exit ${code ?? signal}`));
    child.stdout?.on('data', (chunk: Buffer) => {
      // Its greeting ("monitor will print ...") is no event, but a look too many costs nothing.
      this.#retryMs = firstRetryMs;
      if (chunk.length > 0) this.#onEvent();
    });
  }

  #startWatch(devDir: string, nodePattern: RegExp): void {
    try {
      this.#watcher = watch(devDir, { persistent: false }, (_event, name) => {
        if (name !== null && nodePattern.test(name)) this.#onEvent();
      });
      this.#watcher.on('error', (error) => this.#logger.warn('stopped watching /dev', { error }));
    } catch (error) {
      this.#logger.warn('cannot watch for nodes that come and go', { devDir, error });
    }
  }
}
