import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..', '..');
/** What `npm start` does once all is built: the host runs in the very process that is signalled. */
const launch = `
  const { runHeadless } = await import(${JSON.stringify(pathToFileURL(join(root, 'dist/main/headless.js')).href)});
  await runHeadless(process.argv.slice(1));
`;

export interface RestAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of the body is what it checks
  readonly body: any;
  readonly headers: Record<string, string | string[] | undefined>;
}

/** A real headless Labdeck in a process of its own, from the build. */
export class HeadlessHost {
  readonly url: string;
  readonly token: string;
  readonly socket: string;
  readonly pid: number;
  /** Every line it wrote to stdout. */
  readonly stdout: string[];
  readonly stderr: string[];
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    ready: { url: string; token: string; socket: string; pid: number },
    output: { stdout: string[]; stderr: string[] },
  ) {
    this.#child = child;
    this.url = ready.url;
    this.token = ready.token;
    this.socket = ready.socket;
    this.pid = ready.pid;
    this.stdout = output.stdout;
    this.stderr = output.stderr;
  }

  /** Rejects with what it printed when it does not get ready within 30 s. */
  static async start(
    dataDir: string,
    options: { args?: string[]; env?: NodeJS.ProcessEnv } = {},
  ): Promise<HeadlessHost> {
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        launch,
        '--',
        '--headless',
        '--json',
        '--data',
        dataDir,
        ...(options.args ?? []),
      ],
      { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } },
    );
    const output = { stdout: [] as string[], stderr: [] as string[] };
    createInterface({ input: child.stderr }).on('line', (line) => output.stderr.push(line));
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => output.stdout.push(line));
    const signal = AbortSignal.timeout(30_000);
    try {
      const [line] = (await Promise.race([
        once(lines, 'line', { signal }),
        once(child, 'exit', { signal }).then(([code]) => {
          throw new Error(`ended with ${code}`);
        }),
      ])) as [string];
      return new HeadlessHost(child, JSON.parse(line), output);
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`the headless host did not start: ${String(error)}\n${output.stderr.join('\n')}`);
    }
  }

  /** One REST call with the token; `path` without /api/v1. */
  async rest(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<RestAnswer> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: text === '' ? null : JSON.parse(text),
      headers: Object.fromEntries(answer.headers),
    };
  }

  /** A call with headers fetch would not let us forge, over TCP or (with `socketPath`) the unix socket. */
  raw(options: {
    method?: string;
    path: string;
    headers?: Record<string, string>;
    body?: string;
    socketPath?: string;
  }): Promise<RestAnswer> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const call = request(
        {
          ...(options.socketPath ? { socketPath: options.socketPath } : { hostname, port }),
          method: options.method ?? 'GET',
          path: options.path,
          headers: options.headers ?? {},
          timeout: 10_000,
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (part: string) => {
            text += part;
          });
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              body: answer.headers['content-type']?.startsWith('application/json') ? JSON.parse(text) : text,
              headers: answer.headers,
            }),
          );
        },
      );
      call.on('error', reject);
      call.end(options.body);
    });
  }

  /** The recording's bytes from an offset, as text that keeps every byte. */
  async recording(consoleId: string, from = 0): Promise<string> {
    const answer = await fetch(`${this.url}/api/v1/consoles/${consoleId}/recording?from=${from}`, {
      headers: { authorization: `Bearer ${this.token}` },
      signal: AbortSignal.timeout(10_000),
    });
    return Buffer.from(await answer.arrayBuffer()).toString('latin1');
  }

  /** Waits until the recording from `from` on holds `text`; answers it. */
  async waitForOutput(consoleId: string, text: string, from = 0, timeoutMs = 20_000): Promise<string> {
    const endMs = Date.now() + timeoutMs;
    for (;;) {
      const printed = await this.recording(consoleId, from);
      if (printed.includes(text)) return printed;
      if (Date.now() > endMs) throw new Error(`no "${text}" in ${JSON.stringify(printed.slice(-2000))}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Switches a virtual board off and on again and keeps its boot loader at the prompt. */
  async toPrompt(boardId: string): Promise<void> {
    const line = `${boardId}.main`;
    await this.rest('PUT', `/boards/${boardId}/power`, { state: 'off', takeOver: true });
    const from = (await this.rest('GET', `/consoles/${line}/snapshot`)).body.endOffset;
    await this.rest('PUT', `/boards/${boardId}/power`, { state: 'on', takeOver: true });
    await this.waitForOutput(line, 'autoboot', from);
    await this.rest('POST', `/consoles/${line}/input`, { text: ' ' });
    await this.waitForOutput(line, '=> ', from);
  }

  /** Sends the signal and waits for the end; answers how long it took and how it ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<{ tookMs: number; code: number | null }> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      return { tookMs: 0, code: this.#child.exitCode };
    const startMs = Date.now();
    const exit = once(this.#child, 'exit', { signal: AbortSignal.timeout(15_000) });
    this.#child.kill(signal);
    const [code] = (await exit) as [number | null];
    return { tookMs: Date.now() - startMs, code };
  }
}
