import { execFile } from 'node:child_process';
import { LabError } from '../contract/labError.ts';

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecOptions {
  /** The program is killed after this long, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  readonly maxBytes?: number;
}

/**
 * Runs a program without a shell. Rejects with LabError: MISSING_DEPENDENCY when it is not installed,
 * TIMEOUT when its deadline passed, COMMAND_FAILED (argv, exit code, end of stderr) for anything else.
 */
export function exec(argv: readonly [string, ...string[]], options: ExecOptions): Promise<ExecResult> {
  const [file, ...args] = argv;
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      {
        timeout: options.timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: options.maxBytes ?? 16 * 1024 * 1024,
        encoding: 'utf8',
        windowsHide: true,
        ...(options.signal ? { signal: options.signal } : {}),
        ...(options.env ? { env: options.env } : {}),
      },
      (error, stdout, stderr) => {
        if (!error) resolve({ stdout, stderr });
        else if (options.signal?.aborted) reject(options.signal.reason);
        else reject(toLabError(argv, error, stderr, options.timeoutMs));
      },
    );
  });
}

function toLabError(
  argv: readonly [string, ...string[]],
  error: Error & { code?: string | number | null; killed?: boolean },
  stderr: string,
  timeoutMs: number,
): LabError {
  const details = { argv, exitCode: error.code ?? null, stderr: stderr.slice(-2000) };
  if (error.code === 'ENOENT')
    return new LabError('MISSING_DEPENDENCY', `${argv[0]} is not installed`, {
      hint: `Install the package that has ${argv[0]}.`,
      details,
    });
  if (error.killed)
    return new LabError('TIMEOUT', `${argv[0]} did not finish within ${timeoutMs} ms`, { details });
  return new LabError(
    'COMMAND_FAILED',
    `${argv[0]} failed (${String(error.code)})`,
    { details },
    { cause: error },
  );
}
