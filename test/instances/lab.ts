import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Backup, Instance, TaskWithLog } from '../../main/contract/index.ts';
import { HeadlessHost } from '../fakes/headlessHost.ts';
import { labIdOf } from './labId.ts';

const callWithinMs = 120_000;
const pollMs = 100;
/** Longer than building an image takes on a machine that is busy with something else. */
const patienceMs = 10 * 60_000;

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** A real Labdeck on the suite's data folder, spoken to as a script would; may be killed and started again. */
export class Lab {
  readonly dataDir: string;
  #host: HeadlessHost;

  private constructor(dataDir: string, host: HeadlessHost) {
    this.dataDir = dataDir;
    this.#host = host;
  }

  static async start(dataDir = inject('dataDir'), env: NodeJS.ProcessEnv = {}): Promise<Lab> {
    return new Lab(dataDir, await HeadlessHost.start(dataDir, { env }));
  }

  get pid(): number {
    return this.#host.pid;
  }

  get log(): string {
    return this.#host.stderr.join('\n');
  }

  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of the body is what it checks
  async call<T = any>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const answer = await fetch(`${this.#host.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#host.token}`,
        // Whoever runs programs and waits for them would find a kept connection closed meanwhile.
        connection: 'close',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(callWithinMs),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T };
  }

  /** Begins something that answers with a task; throws what it answers instead. */
  async begin(method: string, path: string, body?: unknown): Promise<string> {
    const answer = await this.call(method, path, body);
    if (answer.status !== 202)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.taskId;
  }

  /** Begins it and waits for its end, which must be a good one. */
  async do(method: string, path: string, body?: unknown): Promise<TaskWithLog> {
    return this.succeeded(await this.begin(method, path, body));
  }

  install(body: { name: string } & Record<string, unknown>): Promise<TaskWithLog> {
    return this.do('POST', '/instances', body);
  }

  async instance(name: string): Promise<Instance> {
    const { status, body } = await this.call<Instance>('GET', `/instances/${name}`);
    if (status !== 200) throw new Error(`no instance ${name}: ${JSON.stringify(body)}`);
    return body;
  }

  async backups(name: string): Promise<Backup[]> {
    return (await this.call<Backup[]>('GET', `/instances/${name}/backups`)).body;
  }

  async task(taskId: string): Promise<TaskWithLog> {
    return (await this.call<TaskWithLog>('GET', `/tasks/${taskId}`)).body;
  }

  async ended(taskId: string): Promise<TaskWithLog> {
    return this.until(
      () => this.task(taskId),
      (task) => task.endedAtMs !== null,
    );
  }

  async succeeded(taskId: string): Promise<TaskWithLog> {
    const task = await this.ended(taskId);
    if (task.state === 'succeeded') return task;
    throw new Error(`${task.title}: ${task.state} ${JSON.stringify(task.problem)}\n${task.log}\n${this.log}`);
  }

  /** Resolves once the task is in that step; throws when it ends before. */
  async inStep(taskId: string, step: string): Promise<void> {
    await this.until(
      () => this.task(taskId),
      ({ steps, endedAtMs, problem }) => {
        if (endedAtMs !== null) throw new Error(`ended before ${step}: ${JSON.stringify(problem)}`);
        return steps.some(({ name, state }) => name === step && state === 'running');
      },
    );
  }

  /** Resolves once the instance is in that state. */
  async inState(name: string, state: Instance['state']): Promise<Instance> {
    return this.until(
      () => this.instance(name),
      (instance) => instance.state === state,
    );
  }

  async until<T>(look: () => Promise<T>, isRight: (value: T) => boolean): Promise<T> {
    const endMs = performance.now() + patienceMs;
    for (;;) {
      const value = await look();
      if (isRight(value)) return value;
      if (performance.now() > endMs)
        throw new Error(`waited in vain; last: ${JSON.stringify(value).slice(0, 4000)}`);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  /** Ends Labdeck, kindly or not, and starts it again on the same folder. */
  async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#host.stop(signal);
    this.#host = await HeadlessHost.start(this.dataDir);
  }

  async kill(): Promise<void> {
    await this.#host.stop('SIGKILL');
  }

  /** Follows an event stream; what came is text. */
  listen(path: string): { until(pattern: RegExp): Promise<void>; close(): void } {
    const stop = new AbortController();
    let heard = '';
    void (async () => {
      const answer = await fetch(`${this.#host.url}/api/v1${path}`, {
        headers: { authorization: `Bearer ${this.#host.token}` },
        signal: stop.signal,
      });
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
        if (done) return;
        const lines = (rest + value).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) heard += decoded(line);
      }
    })().catch(() => {});
    return {
      until: async (pattern) => {
        await this.until(
          async () => heard,
          (text) => pattern.test(text),
        );
      },
      close: () => stop.abort(),
    };
  }

  removeAll(): Promise<void> {
    return this.removeAllBut('');
  }

  /** Removes every other instance, with its data. */
  async removeAllBut(kept: string): Promise<void> {
    const { body } = await this.call<Instance[]>('GET', '/instances');
    for (const { name, taskId } of body) {
      if (name === kept) continue;
      if (taskId) await this.ended(taskId);
      const answer = await this.call('DELETE', `/instances/${name}?confirm=${name}`);
      if (answer.status === 202) await this.ended(answer.body.taskId);
    }
  }

  async stop(): Promise<void> {
    await this.#host.stop();
  }

  /** What of this data folder's is in the engine and on the disk, images apart. */
  leftovers(): string[] {
    const filter = `label=io.labdeck.lab=${this.labId}`;
    const runDir = join(this.dataDir, 'run', 'instances');
    const builds = join(this.dataDir, 'run', 'builds');
    return [
      ...podman('ps', '--all', '--filter', filter, '--format', 'container {{.Names}}'),
      ...podman('volume', 'ls', '--filter', filter, '--format', 'volume {{.Name}}'),
      ...(existsSync(runDir) ? readdirSync(runDir) : []).map((name) => `folder ${name}`),
      ...(existsSync(builds) ? readdirSync(builds) : []).map((name) => `build ${name}`),
    ];
  }

  get labId(): string {
    return labIdOf(this.dataDir);
  }
}

/** Of a `data:` line: the bytes of output in it as text, or the line itself. */
function decoded(line: string): string {
  if (!line.startsWith('data:')) return '';
  const text = line.slice(5);
  const data = /"data":"([A-Za-z0-9+/=]*)"/.exec(text)?.[1];
  return data === undefined ? text : Buffer.from(data, 'base64').toString('utf8');
}

export function podman(...args: string[]): string[] {
  const out = execFileSync('podman', args, { encoding: 'utf8', timeout: 120_000 });
  return out.split('\n').filter((line) => line !== '');
}

/** LAVA's own REST, as an instance's admin. */
export async function lava<T = unknown>(
  lab: Lab,
  name: string,
  path: string,
  init: { method?: string; body?: unknown } = {},
): Promise<Answer<T>> {
  const { url } = await lab.instance(name);
  const answer = await fetch(new URL(`api/v0.2/${path}`, url), {
    method: init.method ?? 'GET',
    headers: {
      authorization: `Token ${await tokenOf(lab, name)}`,
      'content-type': 'application/json',
      connection: 'close',
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    signal: AbortSignal.timeout(callWithinMs),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`LAVA of ${name}, ${path}: ${answer.status} ${text.slice(0, 1000)}`);
  return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T };
}

/** A token of the admin's, made by LAVA's own command. */
async function tokenOf(lab: Lab, name: string): Promise<string> {
  const { body } = await lab.call<{ stdout: string }>('POST', `/instances/${name}/exec`, {
    argv: ['labctl', 'token'],
    stdin: JSON.stringify({ username: 'admin', description: 'test' }),
  });
  return JSON.parse(body.stdout).token;
}

export async function version(lab: Lab, name: string): Promise<string> {
  const { url } = await lab.instance(name);
  const answer = await fetch(new URL('api/v0.2/system/version/', url));
  return ((await answer.json()) as { version: string }).version;
}

/** Of the Debian package in its image. */
export async function packageVersion(lab: Lab, name: string): Promise<string> {
  const { body } = await lab.call<{ stdout: string }>('POST', `/instances/${name}/exec`, {
    argv: ['dpkg-query', '-W', '-f', '$' + '{Version}', 'lava-server'],
  });
  return body.stdout;
}
