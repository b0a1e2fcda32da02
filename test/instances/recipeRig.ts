import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { podman } from './lab.ts';

const pollMs = 50;

export interface RecipeImage {
  readonly image: string;
  /** What this machine wants beside the recipe's own, such as limits. */
  readonly runArgs: readonly string[];
}

export interface Config {
  readonly name?: string;
  readonly url?: string;
  readonly start?: 'normal' | 'restore' | 'maintenance';
  readonly worker?: boolean;
  readonly lean?: boolean;
}

interface Part {
  readonly state: string;
  readonly restarts: number;
}

export interface Status {
  readonly state: string;
  readonly problem: { code: string; message: string } | null;
  readonly bootId: string;
  readonly parts: Record<'database' | 'server' | 'publisher' | 'scheduler' | 'worker', Part>;
  readonly usage: { cpuSeconds: number; memoryBytes: number };
  readonly holds: { jobs: number; devices: number; users: number } | null;
}

interface Run {
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const capabilities = 'CHOWN,SETUID,SETGID,DAC_OVERRIDE,FOWNER,KILL,NET_BIND_SERVICE';
const confined = ['--cap-drop', 'all', '--cap-add', capabilities, '--security-opt', 'no-new-privileges'];

/** The image of an instance of Labdeck's, and what Labdeck found this machine to want. */
export function recipeImageOf(container: string): RecipeImage {
  const [text] = podman('inspect', '--format', '{{json .HostConfig.Ulimits}} {{.Image}}', container);
  const [limits = '[]', image = ''] = (text ?? '').split(' ');
  const known = (JSON.parse(limits) ?? []) as { Name: string; Soft: number; Hard: number }[];
  const ulimits = known.flatMap(({ Name, Soft, Hard }) => [
    '--ulimit',
    `${Name.replace('RLIMIT_', '').toLowerCase()}=${Soft}:${Hard}`,
  ]);
  return { image, runArgs: ulimits };
}

/** A container of the recipe without Labdeck: its volume, its run folder, its init. */
export class RecipeContainer {
  readonly name: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'labdeck-rt-'));
  readonly #from: RecipeImage;
  #url = '';

  constructor(from: RecipeImage) {
    this.#from = from;
    this.name = basename(this.#folder);
  }

  get url(): string {
    return this.#url;
  }

  /** Starts it, anew or on its volume; the container is another one each time. */
  start(config: Config = {}): void {
    podman('rm', '--force', '--ignore', '--time', '0', this.name);
    const whole = { version: 1, name: 'recipe', url: 'http://127.0.0.1/', start: 'normal', ...config };
    writeFileSync(join(this.#folder, 'config.json'), JSON.stringify(whole));
    rmSync(join(this.#folder, 'status.json'), { force: true });
    const mounts = ['--volume', `${this.name}:/state`, '--volume', `${this.#folder}:/run/labdeck`];
    const args = ['--detach', '--name', this.name, '--publish', '127.0.0.1::80', ...confined, ...mounts];
    podman('run', ...args, ...this.#from.runArgs, this.#from.image);
    this.#url = `http://${podman('port', this.name, '80')[0]}/`;
  }

  status(): Status | null {
    try {
      return JSON.parse(readFileSync(join(this.#folder, 'status.json'), 'utf8')) as Status;
    } catch {
      return null;
    }
  }

  /** Resolves once it is so; throws when it fails instead, unless that is what is awaited. */
  async until(isRight: (status: Status) => boolean): Promise<Status> {
    for (;;) {
      const status = this.status();
      if (status !== null && isRight(status)) return status;
      if (status?.state === 'failed') throw new Error(JSON.stringify(status.problem));
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  inState(state: string): Promise<Status> {
    return this.until((status) => status.state === state);
  }

  kill(): void {
    podman('kill', this.name);
  }

  /** Asked to end, as the engine does it; resolves to the exit code. */
  stop(): number {
    podman('stop', '--time', '20', this.name);
    return Number(podman('inspect', '--format', '{{.State.ExitCode}}', this.name)[0]);
  }

  /** Runs a program inside, to its end. */
  async run(argv: readonly string[], stdin: string | Buffer = ''): Promise<Run> {
    const child = spawn('podman', ['exec', '--interactive', this.name, ...argv]);
    const out: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (piece: Buffer) => out.push(piece));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', () => {});
    // Whoever refuses does not read to the end.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
    const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { exitCode, stdout: Buffer.concat(out), stderr };
  }

  /** What labctl answers; an error is an answer. */
  async ask(command: string, input: unknown = {}): Promise<Record<string, unknown>> {
    const { stdout } = await this.run(['labctl', command], JSON.stringify(input));
    return JSON.parse(stdout.toString('utf8')) as Record<string, unknown>;
  }

  /** LAVA's own REST as its admin. */
  async lava(path: string, body?: unknown): Promise<Response> {
    const { token } = await this.ask('token', { username: 'admin', description: 'test' });
    return fetch(new URL(`api/v0.2/${path}`, this.#url), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Token ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async names(path: string, key: string): Promise<string[]> {
    const { results } = (await (await this.lava(path)).json()) as { results: Record<string, string>[] };
    return results.map((one) => one[key] ?? '');
  }

  remove(): void {
    podman('rm', '--force', '--ignore', '--time', '0', this.name);
    podman('volume', 'rm', '--force', this.name);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
