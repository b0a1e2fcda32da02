import { type ChildProcess, spawn } from 'node:child_process';
import type { Disposable } from '../../base/disposable.ts';
import { LineSplitter } from '../../base/lineSplitter.ts';
import type { EngineEvent, Labels } from './engine.ts';

const firstRetryMs = 500;
const maxRetryMs = 30_000;

export interface EventWatcherOptions {
  readonly argv: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  /** null: an event that nobody needs, or no event at all. */
  readonly parse: (line: string) => EngineEvent | null;
  /** `key` or `key=value`. */
  readonly label: string;
  readonly listener: (event: EngineEvent) => void;
}

/** One long-lived process that prints events; started again, with back-off, whenever it ends. */
export class EventWatcher implements Disposable {
  readonly #options: EventWatcherOptions;
  #child: ChildProcess | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retryMs = firstRetryMs;
  #disposed = false;

  constructor(options: EventWatcherOptions) {
    this.#options = options;
    this.#start();
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#retry) clearTimeout(this.#retry);
    this.#child?.kill('SIGTERM');
  }

  #start(): void {
    const [program, ...args] = this.#options.argv;
    const child = spawn(program, args, {
      cwd: '/',
      env: this.#options.env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#child = child;
    const lines = new LineSplitter((line) => this.#hear(line));
    child.stdout.on('data', (bytes: Buffer) => lines.push(bytes));
    let ended = false;
    const onEnd = () => {
      if (ended || this.#disposed) return;
      ended = true;
      this.#retry = setTimeout(() => this.#start(), this.#retryMs);
      this.#retryMs = Math.min(this.#retryMs * 2, maxRetryMs);
    };
    child.once('error', onEnd);
    child.once('exit', onEnd);
  }

  #hear(line: string): void {
    if (this.#disposed) return;
    const event = this.#options.parse(line);
    if (!event) return;
    this.#retryMs = firstRetryMs;
    if (hasLabel(event.labels, this.#options.label)) this.#options.listener(event);
  }
}

/** Podman's own filter for events does not know a label without a value. */
export function hasLabel(labels: Labels, label: string): boolean {
  const at = label.indexOf('=');
  return at < 0 ? label in labels : labels[label.slice(0, at)] === label.slice(at + 1);
}
