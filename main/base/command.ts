import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { LabError } from '../contract/labError.ts';
import { CommandGroup } from './commandGroup.ts';
import { collect, feed } from './commandOutput.ts';
import { errnoOf, messageOf } from './errno.ts';

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Our own where it is left out. */
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string | Readable;
  /** Takes standard output instead of keeping it; ended when the program ends. */
  readonly stdout?: Writable;
  /** Each line of standard output and standard error as it comes. */
  readonly onLine?: (line: string) => void;
  /** More output of either kind is read and dropped; 16 MiB where it is left out. */
  readonly maxBytes?: number;
  /** Asked to end, it has so long before it is killed; 2 s where it is left out. */
  readonly graceMs?: number;
  /** True: only the program itself is asked to end, since it ends its children better than we could. */
  readonly endsItsChildren?: boolean;
  /** Called once, right before it starts. */
  readonly onStart?: () => void;
  /** What to do about one that misses its deadline. */
  readonly lateHint?: string;
}

/** How a program ended, whichever exit code it had. */
export interface CommandOutcome {
  readonly argv: readonly string[];
  /** null: ended by `endedBy`. */
  readonly exitCode: number | null;
  readonly endedBy: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program without a shell in a process group of its own, in `/`. It is done when the program itself ended: what it
 * leaves running in the background goes on. At its deadline, or when the signal aborts, the group is asked to end
 * (SIGTERM), then killed, and only when it is gone this rejects. Rejects with LabError MISSING_DEPENDENCY,
 * PERMISSION_DENIED (not executable), BAD_REQUEST or COMMAND_FAILED (not started), TIMEOUT, or the signal's reason.
 */
export async function runCommand(
  argv: readonly [string, ...string[]],
  options: CommandOptions,
): Promise<CommandOutcome> {
  const { signal, timeoutMs } = options;
  signal?.throwIfAborted();
  options.onStart?.();
  const child = start(argv, options);
  const group = new CommandGroup(child, options);
  const output = collect(child, options, group);
  feed(child, options.stdin, group);
  const deadline = setTimeout(() => group.end(tooLate(argv, options)), timeoutMs);
  const onAbort = () => group.end(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const [exitCode, endedBy] = await Promise.race([ended(child), group.gaveUp]);
    // All that is streamed has to have arrived before this is a success.
    if (!options.stdout) clearTimeout(deadline);
    const said = group.ending ? null : await output;
    if (group.ending || said === null) throw group.ending?.why;
    return { argv, exitCode, endedBy, ...said };
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener('abort', onAbort);
    group.dispose();
  }
}

function start([program, ...args]: readonly [string, ...string[]], options: CommandOptions): ChildProcess {
  try {
    return spawn(program, args, {
      detached: true,
      // A folder that was removed under us would keep some programs from starting at all.
      cwd: '/',
      env: options.env ?? process.env,
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch (cause) {
    throw notStarted(program, cause);
  }
}

/** Rejects with LabError when it could not even be started. */
function ended(child: ChildProcess): Promise<[exitCode: number | null, endedBy: NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(notStarted(child.spawnfile, cause)));
    child.once('exit', (code, endedBy) => resolve([code, endedBy]));
  });
}

function tooLate(argv: readonly string[], { timeoutMs, lateHint }: CommandOptions): LabError {
  return new LabError('TIMEOUT', `${argv[0]} did not finish within ${timeoutMs / 1000} s`, {
    hint: lateHint ?? 'It may hang, or this machine may be very busy.',
    details: { argv },
  });
}

function notStarted(program: string, cause: unknown): LabError {
  const details = { program };
  switch (errnoOf(cause)) {
    case 'ENOENT':
      // The system says the same of a script whose interpreter is missing.
      return program.startsWith('/') && existsSync(program)
        ? new LabError('MISSING_DEPENDENCY', `${program} cannot be run: its interpreter is missing`, {
            hint: 'Look at its first line, the one with #!.',
            details,
          })
        : new LabError('MISSING_DEPENDENCY', `${program} is not installed`, {
            hint: `Install the package that has ${program}.`,
            details,
          });
    case 'EACCES':
      return new LabError('PERMISSION_DENIED', `You may not run ${program}`, {
        hint: `Make it executable: chmod +x ${program}`,
        details,
      });
    case 'ERR_INVALID_ARG_VALUE':
      return new LabError('BAD_REQUEST', `An argument for ${program} holds a character no argument can have`);
    default:
      return new LabError(
        'COMMAND_FAILED',
        `${program} could not be started: ${messageOf(cause)}`,
        {},
        { cause },
      );
  }
}
