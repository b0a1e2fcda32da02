import { join } from 'node:path';
import type { Instance, TaskWithLog } from '../../../main/contract/index.ts';
import { HeadlessHost } from '../../fakes/headlessHost.ts';
import { waitFor } from '../waiting.ts';
import type { BenchStore } from './benchStore.ts';

const callMs = 120_000;
const pollMs = 100;
/** Of anything that builds no image. */
const shortWorkMs = 5 * 60_000;

export interface Timed {
  /** From the request until its task had succeeded. */
  readonly seconds: number;
  /** When each step was first seen to run, in seconds from the request. */
  readonly steps: Readonly<Record<string, number>>;
}

/** A real headless Labdeck on a podman store of its own, spoken to as a script would. */
export class BenchLab {
  readonly store: BenchStore;
  readonly dataDir: string;
  readonly #host: HeadlessHost;

  private constructor(store: BenchStore, dataDir: string, host: HeadlessHost) {
    this.store = store;
    this.dataDir = dataDir;
    this.#host = host;
  }

  static async start(store: BenchStore): Promise<BenchLab> {
    const dataDir = join(store.folder, 'data');
    const host = await HeadlessHost.start(dataDir, { env: store.env });
    const lab = new BenchLab(store, dataDir, host);
    // A virtual board works, a little, all the time.
    await lab.call('DELETE', '/boards/virtual-1');
    return lab;
  }

  get pid(): number {
    return this.#host.pid;
  }

  /** Rejects with what it answers unless that is a success. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.#host.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#host.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(callMs),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  instance(name: string): Promise<Instance> {
    return this.call('GET', `/instances/${name}`);
  }

  /** Begins something and waits until its task has succeeded. */
  async timed(method: string, path: string, body?: unknown): Promise<Timed> {
    const startMs = performance.now();
    const since = () => (performance.now() - startMs) / 1000;
    const steps: Record<string, number> = {};
    const { taskId } = await this.call<{ taskId: string }>(method, path, body);
    await this.succeeded(taskId, shortWorkMs, pollMs, ({ steps: all }) => {
      for (const { name, state } of all) if (state === 'running') steps[name] ??= since();
    });
    return { seconds: since(), steps };
  }

  /** Installs an instance and waits until it is well. */
  async install(name: string, answers: Record<string, unknown> = {}): Promise<Timed> {
    const timed = await this.timed('POST', '/instances', { name, ...answers });
    const { state } = await this.instance(name);
    if (state !== 'running') throw new Error(`${name} was installed and is ${state}`);
    return timed;
  }

  remove(name: string): Promise<Timed> {
    return this.timed('DELETE', `/instances/${name}?confirm=${name}`);
  }

  async removeAll(): Promise<void> {
    for (const { name } of await this.call<Instance[]>('GET', '/instances')) await this.remove(name);
  }

  /** Asks for the task every `everyMs` until it has succeeded. Rejects with its log when it ends otherwise. */
  async succeeded(
    taskId: string,
    timeoutMs: number,
    everyMs = pollMs,
    onLook: (task: TaskWithLog) => void = () => {},
  ): Promise<void> {
    const task = await waitFor(
      async () => {
        const seen = await this.call<TaskWithLog>('GET', `/tasks/${taskId}`);
        onLook(seen);
        return seen.endedAtMs === null ? null : seen;
      },
      timeoutMs,
      `task ${taskId} ends`,
      everyMs,
    );
    if (task.state === 'succeeded') return;
    const { title, state, problem, log } = task;
    throw new Error(`${title}: ${state} ${JSON.stringify(problem)}\n${log}\n${this.#host.stderr.join('\n')}`);
  }

  /** The first process of an instance's container, as this machine numbers it. */
  async initPid(name: string): Promise<number> {
    const { key } = await this.instance(name);
    const [container = ''] = await this.store.podman('ps', '--quiet', '--filter', `name=labdeck-${key}-`);
    const [pid] = await this.store.podman('inspect', '--format', '{{.State.Pid}}', container);
    return Number(pid);
  }

  /** Follows the instances as an open window does, until it is told to stop. */
  async watch(): Promise<() => void> {
    const stop = new AbortController();
    const answer = await fetch(`${this.#host.url}/api/v1/events/instances`, {
      headers: { authorization: `Bearer ${this.#host.token}` },
      signal: stop.signal,
    });
    const swallow = async () => {
      for await (const _ of answer.body ?? []) if (stop.signal.aborted) return;
    };
    void swallow().catch(() => {});
    return () => stop.abort();
  }

  async stop(): Promise<void> {
    await this.#host.stop();
  }
}
