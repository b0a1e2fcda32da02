import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Emitter } from '../../base/emitter.ts';
import { errnoOf, messageOf } from '../../base/errno.ts';
import type { Logger } from '../../base/logger.ts';
import { LabError } from '../../contract/labError.ts';
import type { ConsoleTransport } from '../transport.ts';

/** Asked to end (SIGTERM), it has so long before it is killed. */
const graceMs = 2_000;
/** Its last output may still be in the pipe; a grandchild that holds the pipe open is not waited for longer. */
const lastOutputMs = 500;
const stderrKeptBytes = 500;

export interface CommandOptions {
  readonly argv: readonly string[];
  readonly logger: Logger;
}

/**
 * A program whose stdout is the console and whose stdin takes what is typed. It is started without a shell, in a
 * process group of its own, which is ended as a whole when the console closes; what it says on stderr is logged.
 */
export class CommandTransport implements ConsoleTransport {
  readonly device: string;
  readonly control = null;
  readonly #options: CommandOptions;
  readonly #received = new Emitter<Uint8Array>();
  readonly #closed = new Emitter<LabError | null>();
  #child: ChildProcessWithoutNullStreams | null = null;
  #stderrTail = '';
  #ended = false;
  readonly onDidReceive = this.#received.event;
  readonly onDidClose = this.#closed.event;

  constructor(options: CommandOptions) {
    this.#options = options;
    this.device = options.argv.join(' ');
  }

  /** Rejects with LabError MISSING_DEPENDENCY, PERMISSION_DENIED, COMMAND_FAILED, or the signal's reason. */
  async open(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const [program = '', ...args] = this.#options.argv;
    const child = spawn(program, args, { stdio: 'pipe', detached: true, windowsHide: true });
    this.#child = child;
    child.stdout.on('data', (bytes: Buffer) => {
      if (!this.#ended) this.#received.fire(bytes);
    });
    // A program that closed its stdin: the write's own callback tells.
    child.stdin.on('error', () => {});
    createInterface({ input: child.stderr }).on('line', (line) => this.#noteStderr(line));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) => reject(this.#notStarted(cause)));
    }).catch((error) => {
      this.#ended = true;
      throw error;
    });
    child.once('exit', () => {
      const timer = setTimeout(() => this.#end(this.#exited()), lastOutputMs);
      child.once('close', () => {
        clearTimeout(timer);
        this.#end(this.#exited());
      });
    });
    if (signal.aborted) {
      await this.close();
      signal.throwIfAborted();
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    const child = this.#child;
    if (!child || this.#ended) return Promise.reject(this.#exited());
    return new Promise((resolve, reject) => {
      child.stdin.write(bytes, (cause) => (cause ? reject(this.#exited()) : resolve()));
    });
  }

  /** Resolves once the program is gone, or will not go: one that has become another user's cannot be ended. */
  async close(): Promise<void> {
    this.#end(null);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const insist = setTimeout(() => {
        this.#signal('SIGKILL');
        giveUp.refresh();
      }, graceMs);
      const giveUp = setTimeout(resolve, 2 * graceMs);
      child.once('exit', () => {
        clearTimeout(insist);
        clearTimeout(giveUp);
        resolve();
      });
      this.#signal('SIGTERM');
    });
  }

  #end(reason: LabError | null): void {
    if (this.#ended) return;
    this.#ended = true;
    // What it has started may outlive it, and would answer beside its successor.
    if (reason) this.#signal('SIGTERM');
    this.#closed.fire(reason);
  }

  /** To the program and all it has started. */
  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      // Nobody of the group is left.
      if (errnoOf(error) === 'ESRCH') return;
      this.#options.logger.warn('a program cannot be ended', { pid, signal, error: messageOf(error) });
    }
  }

  #noteStderr(line: string): void {
    this.#stderrTail = `${this.#stderrTail}\n${line}`.slice(-stderrKeptBytes).trimStart();
    this.#options.logger.info(line.slice(0, stderrKeptBytes), { program: this.#options.argv[0] });
  }

  #notStarted(cause: unknown): LabError {
    const [program] = this.#options.argv;
    const code = errnoOf(cause);
    if (code === 'ENOENT')
      return new LabError('MISSING_DEPENDENCY', `${program} is not installed`, {
        hint: `Install the package that has ${program}, or give its whole path.`,
      });
    if (code === 'EACCES')
      return new LabError('PERMISSION_DENIED', `You may not run ${program}`, { hint: 'Make it executable.' });
    return new LabError(
      'COMMAND_FAILED',
      `${program} could not be started: ${messageOf(cause)}`,
      {},
      { cause },
    );
  }

  #exited(): LabError {
    const child = this.#child;
    const how = child?.signalCode
      ? `was ended by ${child.signalCode}`
      : `ended with ${child?.exitCode ?? '?'}`;
    const said = this.#stderrTail === '' ? '' : `: ${this.#stderrTail}`;
    return new LabError('DEVICE_GONE', `${this.#options.argv[0]} ${how}${said}`, {
      hint: 'It is started again by itself.',
      details: { exitCode: child?.exitCode ?? null, stderr: this.#stderrTail },
    });
  }
}
