import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskWithLog } from '../../../main/contract/index.ts';
import type { ProgramEnd } from '../guest/agentMessages.ts';
import { EventReader } from './eventReader.ts';
import type { GuestUser } from './guest.ts';
import { until } from './until.ts';

const readyMs = 4 * 60_000;
const answerMs = 60_000;
const pollMs = 100;
const shownLines = 60;

/** The one every test finds running, and the one a test may start beside it. */
export type CoreSlot = 'first' | 'second';

export interface CoreOptions {
  readonly user?: GuestUser;
  readonly dataDir?: string;
  /** More for its command line. */
  readonly args?: readonly string[];
}

/** Where a core that runs already is found. */
export interface RunningCore {
  readonly pid: number;
  readonly dataDir: string;
}

/** What a core needs of the guest it runs in. */
export interface CoreHome {
  /** Leads to the core's own socket. */
  readonly url: string;
  readonly slot: CoreSlot;
  run(argv: readonly [string, ...string[]]): Promise<ProgramEnd>;
  /** Starts one that stays; resolves with its process id. */
  start(argv: readonly [string, ...string[]], logFile: string): Promise<number>;
}

export interface RestAnswer<T> {
  readonly status: number;
  readonly body: T;
}

/** A headless Labdeck inside the guest, spoken to as a script would. */
export class GuestCore {
  readonly dataDir: string;
  readonly pid: number;
  readonly #home: CoreHome;
  readonly #readers: EventReader<unknown>[] = [];

  constructor(home: CoreHome, { pid, dataDir }: RunningCore) {
    this.#home = home;
    this.pid = pid;
    this.dataDir = dataDir;
  }

  /** Rejects with its log when it does not answer. */
  static async start(home: CoreHome, options: CoreOptions): Promise<GuestCore> {
    const { dataDir = `/tmp/labdeck-${home.slot}`, args = [] } = options;
    await home.run(['ln', '-sfn', `${dataDir}/labdeck.sock`, `/run/core-${home.slot}.sock`]);
    const launch = `
      const { runHeadless } = await import('/app/dist/main/headless.js');
      await runHeadless(process.argv.slice(1));
    `;
    const argv = ['--headless', '--json', '--data', dataDir, ...args];
    const pid = await home.start(
      ['/app/node', '--input-type=module', '-e', launch, '--', ...argv],
      logOf(dataDir),
    );
    const core = new GuestCore(home, { pid, dataDir });
    await core.#ready();
    return core;
  }

  /** One REST call; `path` without /api/v1. */
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of the body is what it checks
  async rest<T = any>(method: string, path: string, body?: unknown): Promise<RestAnswer<T>> {
    const answer = await fetch(`${this.#home.url}/api/v1${path}`, {
      method,
      headers: {
        // A kept connection may be closed by the other end just when it is used again.
        connection: 'close',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerMs),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T };
  }

  /** Like `rest`, for a call that must succeed; resolves with the body. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  async call<T = any>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.rest<T>(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Begins something that answers with a task, and waits for its end, which must be a good one. */
  async perform(method: string, path: string, body?: unknown): Promise<void> {
    const { taskId } = await this.call<{ taskId: string }>(method, path, body);
    const ended = await until(
      () => this.call<TaskWithLog>('GET', `/tasks/${taskId}`),
      ({ endedAtMs }) => endedAtMs !== null,
    );
    if (ended.state !== 'succeeded')
      throw new Error(`${ended.title}: ${ended.state} ${JSON.stringify(ended.problem)}\n${ended.log}`);
  }

  /** Follows an event stream, such as `/events/ports`, until the core or the guest ends. */
  async events<T>(path: string): Promise<EventReader<T>> {
    const reader = await EventReader.open<T>(`${this.#home.url}/api/v1${path}`);
    this.#readers.push(reader);
    return reader;
  }

  /** The recording's bytes from an offset, as text that keeps every byte. */
  async recording(consoleId: string, from = 0): Promise<string> {
    const answer = await fetch(`${this.#home.url}/api/v1/consoles/${consoleId}/recording?from=${from}`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(answerMs),
    });
    return Buffer.from(await answer.arrayBuffer()).toString('latin1');
  }

  /** Its last lines on stderr. */
  async log(): Promise<string> {
    return (await this.#home.run(['tail', '-n', String(shownLines), logOf(this.dataDir)])).stdout;
  }

  /** Ends it as a signal does; resolves once it is gone. */
  async stop(signal: 'TERM' | 'KILL' = 'TERM'): Promise<void> {
    this.hangUp();
    await this.#home.run(['kill', `-${signal}`, String(this.pid)]);
    const isGone = async () => (await this.#home.run(['kill', '-0', String(this.pid)])).exitCode !== 0;
    for (const endMs = performance.now() + readyMs; !(await isGone()); await sleep(pollMs)) {
      if (performance.now() > endMs) throw new Error(`the core does not end\n${await this.log()}`);
    }
  }

  /** Ends all event streams. */
  hangUp(): void {
    for (const reader of this.#readers) reader.close();
  }

  async #ready(): Promise<void> {
    for (const endMs = performance.now() + readyMs; ; await sleep(pollMs)) {
      const health = await this.rest('GET', '/health').catch(() => null);
      if (health?.status === 200) return;
      const isAlive = (await this.#home.run(['kill', '-0', String(this.pid)])).exitCode === 0;
      if (!isAlive || performance.now() > endMs)
        throw new Error(`the core ${isAlive ? 'does not answer' : 'ended'}\n${await this.log()}`);
    }
  }
}

const logOf = (dataDir: string) => `${dataDir}.log`;
