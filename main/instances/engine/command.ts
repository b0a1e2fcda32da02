import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { errnoOf, messageOf } from '../../base/errno.ts';
import { LabError } from '../../contract/index.ts';
import { collect, feed, type Stoppable } from './commandOutput.ts';

/** Asked to end, a program has so long before it is killed. */
const defaultGraceMs = 2_000;
/** A killed program that is still there waits for a disk or a dead server: nobody can end it. */
const unkillableMs = 2_000;

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin?: string | Readable;
  /** Takes standard output instead of keeping it; ended when the program ends. */
  readonly stdout?: Writable;
  /** Each line of standard output and standard error as it comes. */
  readonly onLine?: (line: string) => void;
  /** More output is cut. */
  readonly maxBytes?: number;
  readonly graceMs?: number;
  /** True: only the program itself is asked to end, since it ends its children better than we could. */
  readonly endsItsChildren?: boolean;
}

/** How a program ended, whichever exit code it had. */
export interface CommandOutcome {
  readonly argv: readonly string[];
  /** null: ended by a signal. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program without a shell in a process group of its own. At its deadline, or when the signal aborts, the
 * group is asked to end (SIGTERM), then killed, and only when it is gone this rejects. Rejects with LabError
 * MISSING_DEPENDENCY, PERMISSION_DENIED (not executable), TIMEOUT, or the signal's reason.
 */
export async function runCommand(
  argv: readonly [string, ...string[]],
  options: CommandOptions,
): Promise<CommandOutcome> {
  options.signal?.throwIfAborted();
  const [program, ...args] = argv;
  const child = spawn(program, args, {
    detached: true,
    // A folder that was removed under us would keep the engine from starting at all.
    cwd: '/',
    env: options.env,
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const stop = new Stop(child, options);
  const output = collect(child, options, stop);
  feed(child, options.stdin, stop);
  const deadline = setTimeout(() => stop.because(tooLate(argv, options.timeoutMs)), options.timeoutMs);
  const onAbort = () => stop.because(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const exitCode = await Promise.race([ended(child), stop.gaveUp]);
    // All that is streamed has to have arrived before this is a success.
    const said = stop.reason ? null : await output;
    if (stop.reason || said === null) throw stop.reason?.why;
    return { argv, exitCode, ...said };
  } finally {
    clearTimeout(deadline);
    options.signal?.removeEventListener('abort', onAbort);
    stop.finish();
  }
}

/** Ends a program before its time: asks it, insists, and does not wait for ever for one that cannot be killed. */
class Stop implements Stoppable {
  readonly #child: ChildProcess;
  readonly #options: CommandOptions;
  readonly #timers: NodeJS.Timeout[] = [];
  #giveUp: (code: null) => void = () => {};
  readonly gaveUp = new Promise<null>((resolve) => {
    this.#giveUp = resolve;
  });
  reason: { readonly why: unknown } | null = null;

  constructor(child: ChildProcess, options: CommandOptions) {
    this.#child = child;
    this.#options = options;
  }

  because(why: unknown): void {
    if (this.reason) return;
    this.reason = { why };
    const graceMs = this.#options.graceMs ?? defaultGraceMs;
    if (this.#options.endsItsChildren) this.#child.kill('SIGTERM');
    else signalGroup(this.#child, 'SIGTERM');
    this.#timers.push(setTimeout(() => signalGroup(this.#child, 'SIGKILL'), graceMs));
    this.#timers.push(setTimeout(() => this.#giveUp(null), graceMs + unkillableMs));
  }

  finish(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.reason) signalGroup(this.#child, 'SIGKILL');
  }
}

/** Rejects with LabError when it could not even be started. */
function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(notStarted(child.spawnfile, cause)));
    child.once('exit', (code) => resolve(code));
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody of the group is left, or it has become another user's.
  }
}

function tooLate(argv: readonly string[], timeoutMs: number): LabError {
  return new LabError('TIMEOUT', `${argv[0]} did not finish within ${timeoutMs / 1000} s`, {
    hint: 'It may hang, or this machine may be very busy.',
    details: { argv },
  });
}

function notStarted(program: string, cause: unknown): LabError {
  const errno = errnoOf(cause);
  if (errno === 'ENOENT')
    return new LabError('MISSING_DEPENDENCY', `${program} is not installed`, {
      hint: `Install the package that has ${program}.`,
      details: { program },
    });
  if (errno === 'EACCES')
    return new LabError('PERMISSION_DENIED', `You may not run ${program}`, { hint: 'Make it executable.' });
  return new LabError(
    'COMMAND_FAILED',
    `${program} could not be started: ${messageOf(cause)}`,
    {},
    { cause },
  );
}
