import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { vi } from 'vitest';

/** A real program the way a person or a script uses it: type into it, and wait for what it says. */
export class Program {
  readonly #child: ChildProcessWithoutNullStreams;
  /** Everything it said on stdout. */
  output = Buffer.alloc(0);
  errors = '';

  constructor(argv: readonly [string, ...string[]]) {
    const [file, ...args] = argv;
    // A group of its own: what it starts (a shell under `script`) ends with it.
    this.#child = spawn(file, args, { stdio: 'pipe', detached: true });
    this.#child.stdout.on('data', (bytes: Buffer) => {
      this.output = Buffer.concat([this.output, bytes]);
    });
    this.#child.stderr.on('data', (bytes: Buffer) => {
      this.errors += bytes.toString();
    });
    this.#child.stdin.on('error', () => {});
    this.#child.on('error', (error) => {
      this.errors += String(error);
    });
  }

  /** It runs on a terminal of its own, as under somebody's fingers. */
  static onTerminal(command: string): Program {
    return new Program(['script', '--quiet', '--flush', '--return', '--command', command, '/dev/null']);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  type(bytes: string | Uint8Array): void {
    this.#child.stdin.write(bytes);
  }

  /** Its stdin ends. */
  endInput(): void {
    this.#child.stdin.end();
  }

  async says(text: string): Promise<void> {
    await vi.waitFor(
      () => {
        if (!this.output.toString('latin1').includes(text))
          throw new Error(`no "${text}" in ${JSON.stringify(this.output.toString('latin1'))} ${this.errors}`);
      },
      { timeout: 20_000, interval: 20 },
    );
  }

  /** Resolves with its exit code once it has ended by itself. */
  async ends(): Promise<number | null> {
    await vi.waitFor(
      () => {
        if (this.#child.exitCode === null && this.#child.signalCode === null)
          throw new Error(`still running; it said ${this.output} ${this.errors}`);
      },
      { timeout: 30_000, interval: 20 },
    );
    return this.#child.exitCode;
  }

  async stop(): Promise<void> {
    if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null)
      return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    process.kill(-this.#child.pid, 'SIGKILL');
    await gone;
  }
}
