import { PassThrough, type Readable } from 'node:stream';
import { type CommandOptions, type CommandOutcome, runCommand } from '../../base/command.ts';
import { LabError } from '../../contract/labError.ts';
import { findProgram } from './programPath.ts';

export interface ProgramOptions {
  /** It is ended after this long, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: Readable;
  /** Each line it prints, also those a progress display overwrites. */
  readonly onLine?: (line: string) => void;
  /** Between the request to end and the end by force. */
  readonly graceMs?: number;
  /** What to install where the program is missing; its own name unless told. */
  readonly packageName?: string;
}

export interface RunningProgram {
  /** Its end does not say that the program ended well: `done` does. */
  readonly stdout: Readable;
  /** Once it has ended with exit code 0. Rejects as `runProgram` does. */
  readonly done: Promise<void>;
}

/**
 * Runs a program without a shell to its end; resolves with its output. Git starts helpers and mmdebstrap starts apt:
 * all of them end with it, and it ends when Labdeck does, in whatever way. Rejects with the signal's reason, or with
 * LabError MISSING_DEPENDENCY, TIMEOUT, COMMAND_FAILED (argv, exit code, end of stderr).
 */
export async function runProgram(
  argv: readonly [string, ...string[]],
  options: ProgramOptions,
): Promise<string> {
  return succeeded(argv, await run(await whole(argv, options), options)).stdout;
}

/** Starts one whose output does not fit in memory. Whoever stops reading ends it. */
export async function startProgram(
  argv: readonly [string, ...string[]],
  options: ProgramOptions,
): Promise<RunningProgram> {
  const full = await whole(argv, options);
  const stdout = new PassThrough();
  const unread = new AbortController();
  stdout.once('close', () => {
    if (!stdout.readableEnded) unread.abort(new Error(`nobody reads ${argv[0]} any more`));
  });
  const signal = AbortSignal.any([unread.signal, ...(options.signal ? [options.signal] : [])]);
  const done = run(full, { ...options, signal, stdout }).then((outcome) => void succeeded(argv, outcome));
  // One who sees only the output end must not crash the core; one who reads must not wait for ever.
  done.catch(() => stdout.destroy());
  return { stdout, done };
}

function run(
  argv: readonly [string, ...string[]],
  options: Omit<ProgramOptions, 'packageName'> & Pick<CommandOptions, 'stdout'>,
): Promise<CommandOutcome> {
  return runCommand(argv, { ...options, env: options.env ?? process.env });
}

/** With what ends it when we end, and where it is. */
async function whole(
  argv: readonly [string, ...string[]],
  options: ProgramOptions,
): Promise<[string, ...string[]]> {
  const [name, ...args] = argv;
  const file = await findProgram(name, options.env?.PATH);
  if (file === null)
    throw new LabError('MISSING_DEPENDENCY', `${name} is not installed`, {
      hint: `Install the package ${options.packageName ?? name}.`,
    });
  const setpriv = await findProgram('setpriv');
  return setpriv === null ? [file, ...args] : [setpriv, '--pdeathsig', 'TERM', '--', file, ...args];
}

function succeeded(argv: readonly string[], outcome: CommandOutcome): CommandOutcome {
  if (outcome.exitCode === 0) return outcome;
  throw new LabError('COMMAND_FAILED', `${argv[0]} failed (${outcome.exitCode ?? 'by a signal'})`, {
    details: { argv, exitCode: outcome.exitCode, stderr: outcome.stderr.slice(-2000) },
  });
}
