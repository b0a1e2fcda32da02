import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelSpeed, ModelVolume } from './engineModel.ts';
import { labctl } from './fakeLabctl.ts';
import { FakeLogins } from './fakeLogins.ts';
import { emptyData, fits, type LavaData, type LavaRelease } from './lavaModel.ts';
import type { Io } from './miniShell.ts';

const parts = ['database', 'server', 'publisher', 'scheduler', 'worker'] as const;
export type FakePart = (typeof parts)[number];
type State =
  | 'starting'
  | 'migrating'
  | 'awaiting-restore'
  | 'maintenance'
  | 'running'
  | 'stopping'
  | 'failed';

interface Config {
  readonly name: string;
  readonly url: string;
  readonly start: 'normal' | 'restore' | 'maintenance';
  readonly worker: boolean;
}

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const statusEveryMs = 1_000;

/**
 * A LAVA instance as it is seen from outside: its status file, its web address and its control program. What it knows
 * is in its volume.
 */
export class FakeInstance {
  readonly logins = new FakeLogins();
  readonly release: LavaRelease;
  readonly volume: ModelVolume;
  readonly config: Config;
  state: State = 'starting';
  readonly #options: { folder: string; speed: ModelSpeed; say: (text: string) => void };
  readonly #bootId = randomBytes(8).toString('hex');
  readonly #startedAtMs = Date.now();
  readonly #parts = new Map<
    FakePart,
    { state: string; restarts: number; detail: string | null; sinceMs: number }
  >();
  readonly #gone = new AbortController();
  #problem: Problem | null = null;
  #restored: (() => void) | null = null;

  constructor(options: {
    release: LavaRelease;
    folder: string;
    volume: ModelVolume;
    speed: ModelSpeed;
    say: (text: string) => void;
  }) {
    this.release = options.release;
    this.volume = options.volume;
    this.#options = options;
    this.config = JSON.parse(readFileSync(path.join(options.folder, 'config.json'), 'utf8'));
    for (const part of parts)
      this.#setPart(part, part === 'worker' && !this.config.worker ? 'off' : 'starting');
  }

  /** Its data; only while its volume is understood. */
  get data(): LavaData {
    const { lava } = this.volume;
    if (!lava || lava === 'foreign') throw new Error('the instance has no data yet');
    return lava;
  }

  /** Runs until it is stopped; resolves with its exit code. */
  async run(): Promise<number> {
    const beat = setInterval(() => this.#tell(), statusEveryMs);
    try {
      return await this.#live();
    } catch (error) {
      if (this.#gone.signal.aborted) return 0;
      throw error;
    } finally {
      clearInterval(beat);
    }
  }

  /** SIGTERM. */
  async stop(): Promise<void> {
    this.#become('stopping');
    for (const part of parts) this.#setPart(part, 'down');
    await sleep(this.#options.speed.bootMs / 10);
    this.#tell();
    this.#gone.abort();
  }

  /** SIGKILL: nothing is said any more. */
  kill(): void {
    this.#gone.abort();
  }

  /** A part dies and comes back by itself after a while, as one does that is restarted with back-off. */
  async crash(part: FakePart, detail: string, downMs: number): Promise<void> {
    const restarts = (this.#parts.get(part)?.restarts ?? 0) + 1;
    this.#setPart(part, 'down', detail, restarts);
    this.#tell();
    await sleep(downMs, undefined, { signal: this.#gone.signal }).catch(() => {});
    this.#setPart(part, 'ok', null, restarts);
    this.#tell();
  }

  labctl(verb: string, io: Io): Promise<number> {
    return labctl(this, verb, io);
  }

  /** Puts restored data in place of none; what waits for that goes on. */
  restore(data: LavaData): void {
    this.volume.lava = data;
    this.#restored?.();
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const { status, body, headers } = this.#page(request);
    response.writeHead(status, headers).end(body);
  }

  #page(request: IncomingMessage): { status: number; body: string; headers: Record<string, string> } {
    const text = (status: number, body: string, type = 'text/plain') => ({
      status,
      body,
      headers: { 'content-type': type },
    });
    const url = new URL(request.url ?? '/', this.config.url);
    if (this.state !== 'running') return text(503, 'LAVA is starting');
    switch (url.pathname) {
      case '/api/v0.2/system/version/':
        return text(200, JSON.stringify({ version: this.release.lavaVersion }), 'application/json');
      case '/v1/healthz/':
        return text(200, '{"health":"good"}', 'application/json');
      case '/labdeck/login': {
        const session = this.logins.redeem(url.searchParams.get('token') ?? '');
        if (session === null) return text(404, 'Not found');
        return {
          status: 302,
          body: '',
          headers: { location: '/', 'set-cookie': `session=${session}; HttpOnly; Path=/` },
        };
      }
      case '/': {
        const user = this.logins.userOf(request.headers.cookie ?? '') ?? 'not signed in';
        return text(200, `<title>LAVA</title><h1>${this.config.name}</h1><p>${user}</p>`, 'text/html');
      }
      default:
        return text(404, 'Not found');
    }
  }

  status(): object {
    const { lava } = this.volume;
    const data = lava && lava !== 'foreign' ? lava : null;
    return {
      version: 1,
      state: this.state,
      problem: this.#problem,
      lavaVersion: this.release.lavaVersion,
      bootId: this.#bootId,
      startedAtMs: this.#startedAtMs,
      atMs: Date.now(),
      parts: Object.fromEntries(this.#parts),
      usage: {
        cpuSeconds: (Date.now() - this.#startedAtMs) / 250_000,
        memoryBytes: 380_000_000,
        diskBytes: 63_000_000,
      },
      holds: data && { jobs: data.jobs.length, devices: data.devices.length, users: data.users.length },
    };
  }

  async #live(): Promise<number> {
    this.#become('starting');
    const { lava } = this.volume;
    if (lava === 'foreign')
      return this.#giveUp('The volume holds something that is no LAVA instance', 'Use another volume.');
    if (!lava && this.config.start === 'restore') {
      this.#become('awaiting-restore');
      await this.#until(new Promise<void>((resolve) => (this.#restored = resolve)));
    }
    const found = this.volume.lava;
    const fit = found && found !== 'foreign' ? fits(found, this.release) : 'same';
    if (fit === 'newer' || fit === 'other database')
      return this.#giveUp(
        fit === 'newer' ? 'The data were made by a newer LAVA' : 'The data are of another PostgreSQL',
        'Restore the backup from before the upgrade.',
      );
    if (fit === 'older') {
      this.#become('migrating');
      await this.#wait(this.#options.speed.migrateMs);
    }
    this.volume.lava = {
      ...(found && found !== 'foreign' ? found : emptyData(this.release)),
      ...this.release,
    };
    const wanted = this.config.start === 'maintenance' ? parts.slice(0, 1) : parts;
    for (const part of parts) {
      if (!wanted.includes(part)) this.#setPart(part, 'off');
      else if (part !== 'worker' || this.config.worker) {
        await this.#wait(this.#options.speed.bootMs / parts.length);
        this.#setPart(part, 'ok');
      }
      this.#tell();
    }
    this.#become(this.config.start === 'maintenance' ? 'maintenance' : 'running');
    await this.#until(new Promise<never>(() => {}));
    return 0;
  }

  async #giveUp(message: string, hint: string): Promise<number> {
    this.#problem = { code: 'CONFLICT', message, hint };
    this.#become('failed');
    await this.#wait(this.#options.speed.failMs);
    return 78;
  }

  async #wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#gone.signal });
  }

  #until(work: Promise<void>): Promise<void> {
    const { signal } = this.#gone;
    return new Promise((resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      void work.then(resolve);
    });
  }

  #become(state: State): void {
    this.state = state;
    this.#options.say(`labinit: ${state}\n`);
    this.#tell();
  }

  #setPart(part: FakePart, state: string, detail: string | null = null, restarts?: number): void {
    const before = this.#parts.get(part)?.restarts ?? 0;
    this.#parts.set(part, { state, restarts: restarts ?? before, detail, sinceMs: Date.now() });
  }

  /** Written beside, then renamed: whoever reads never sees half of it. */
  #tell(): void {
    if (this.#gone.signal.aborted) return;
    const file = path.join(this.#options.folder, 'status.json');
    try {
      writeFileSync(`${file}.tmp`, JSON.stringify(this.status()), { mode: 0o644 });
      renameSync(`${file}.tmp`, file);
    } catch {
      // Its folder was removed under it.
    }
  }
}
