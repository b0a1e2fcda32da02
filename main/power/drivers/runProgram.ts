import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { errnoOf, messageOf } from '../../base/errno.ts';
import { LabError } from '../../contract/index.ts';

/** Asked to end, a program has so long to put its lock away before it is killed. */
const graceMs = 500;
/** A killed program that is still there waits for a disk or a dead server: nobody can end it. */
const unkillableMs = 2000;
/** What is still in its pipes when it ended, while something it started holds them open. */
const drainMs = 250;
const keptBytes = 64 * 1024;

export interface ProgramOutcome {
  /** null: ended by `endedBy`. */
  readonly exitCode: number | null;
  readonly endedBy: NodeJS.Signals | null;
  /** The first 64 KiB each. */
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program without a shell in a process group of its own, in `/`, with stdin closed. It is done when the program itself
 * ended: what it leaves running in the background goes on. At the deadline, or when the signal aborts, the whole group is ended
 * (SIGTERM, then SIGKILL), and then this rejects: with LabError TIMEOUT or the signal's reason. `onStart` is called once, right
 * before it starts. Rejects with LabError MISSING_DEPENDENCY, PERMISSION_DENIED or COMMAND_FAILED where it cannot be started.
 */
export async function runProgram(
  argv: readonly [string, ...string[]],
  options: { timeoutMs: number; signal: AbortSignal; onStart: () => void },
): Promise<ProgramOutcome> {
  const { timeoutMs, signal } = options;
  signal.throwIfAborted();
  options.onStart();
  const child = start(argv);
  const stdout = keep(child.stdout);
  const stderr = keep(child.stderr);
  const group = new Group(child);
  const deadline = setTimeout(() => group.end(tooLate(argv, timeoutMs)), timeoutMs);
  const onAbort = () => group.end(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const [exitCode, endedBy] = await Promise.race([ended(child, argv), group.gaveUp]);
    clearTimeout(deadline);
    if (!group.stopped) await drained(child);
    if (group.stopped) throw group.stopped.why;
    return { exitCode, endedBy, stdout: stdout(), stderr: stderr() };
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', onAbort);
    group.dispose();
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

function start([program, ...args]: readonly [string, ...string[]]): ChildProcess {
  try {
    return spawn(program, args, {
      detached: true,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch (cause) {
    throw notStarted(program, cause);
  }
}

type Ending = readonly [exitCode: number | null, endedBy: NodeJS.Signals | null];

function ended(child: ChildProcess, argv: readonly [string, ...string[]]): Promise<Ending> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(notStarted(argv[0], cause)));
    child.once('exit', (code, endedBy) => resolve([code, endedBy]));
  });
}

/** Its pipes are empty, or held open by something it left behind. */
async function drained(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, drainMs);
    const pipes = [child.stdout, child.stderr].filter((pipe) => pipe !== null && !pipe.closed);
    let open = pipes.length;
    const closed = () => {
      open -= 1;
      if (open > 0) return;
      clearTimeout(timer);
      resolve();
    };
    for (const pipe of pipes) pipe?.once('close', closed);
    if (open === 0) closed();
  });
}

/** Reads to the end, so that nobody waits for a full pipe, and keeps the first of it. */
function keep(pipe: Readable | null): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  pipe?.on('data', (chunk: Buffer) => {
    if (bytes < keptBytes) chunks.push(chunk.subarray(0, keptBytes - bytes));
    bytes += chunk.length;
  });
  pipe?.on('error', () => {});
  return () => Buffer.concat(chunks).toString('utf8');
}

/** The program and all it started, as far as it did not leave the group. */
class Group {
  readonly #child: ChildProcess;
  readonly #timers: NodeJS.Timeout[] = [];
  #giveUp: (ending: Ending) => void = () => {};
  readonly gaveUp = new Promise<Ending>((resolve) => {
    this.#giveUp = resolve;
  });
  #stopped: { readonly why: unknown } | null = null;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Why it was ended before its time; null: it was not. */
  get stopped(): { readonly why: unknown } | null {
    return this.#stopped;
  }

  end(why: unknown): void {
    if (this.#stopped) return;
    this.#stopped = { why };
    this.#send('SIGTERM');
    this.#timers.push(setTimeout(() => this.#send('SIGKILL'), graceMs));
    this.#timers.push(setTimeout(() => this.#giveUp([null, 'SIGKILL']), graceMs + unkillableMs));
  }

  /** What did not end when it was asked to is killed now that the program itself is gone. */
  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#stopped) this.#send('SIGKILL');
  }

  #send(name: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, name);
    } catch {
      // Nobody of the group is left.
    }
  }
}

function tooLate(argv: readonly string[], timeoutMs: number): LabError {
  return new LabError('TIMEOUT', `${argv[0]} did not finish within ${timeoutMs / 1000} s`, {
    hint: 'It was ended. It may hang: run it in a terminal, or give it more time in the binding.',
    details: { argv },
  });
}

function notStarted(program: string, cause: unknown): LabError {
  const errno = errnoOf(cause);
  if (errno === 'ENOENT')
    return new LabError('MISSING_DEPENDENCY', `${program} cannot be run: its interpreter is missing`, {
      hint: 'Look at its first line, the one with #!.',
    });
  if (errno === 'EACCES')
    return new LabError('PERMISSION_DENIED', `You may not run ${program}`, { hint: `chmod +x ${program}` });
  if (errno === 'ERR_INVALID_ARG_VALUE')
    return new LabError('BAD_REQUEST', `An argument for ${program} holds a character no argument can have`);
  return new LabError(
    'COMMAND_FAILED',
    `${program} could not be started: ${messageOf(cause)}`,
    {},
    { cause },
  );
}
