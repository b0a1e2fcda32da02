import { type CommandOutcome, runCommand } from '../../base/command.ts';
import { LabError } from '../../contract/index.ts';
import { toEngineError } from './complaints.ts';
import type { ExecInput, ExecOutcome, StreamInput } from './engine.ts';
import { deadlines, type EngineCli } from './engineCli.ts';

/** A backup or a restore has no better deadline than "something is wrong". */
const streamTimeoutMs = 12 * 3_600_000;
const cleanUpMs = 10_000;

/**
 * Says its process id before it becomes the program. Two uses: a program goes on when the engine's client that
 * started it is killed, and can only be ended by its id; and without this line nobody could tell whether an exit
 * code is the program's own or the engine's.
 */
const preamble = 'echo "labdeck-pid:$$" >&2; exec "$@"';
const pidLine = /^labdeck-pid:(\d+)\n/m;

/** Ends a program and all it has started: asked first, killed two seconds later. */
const endScript =
  'kill -TERM -- "-$0" || exit 0; for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 -- "-$0" || exit 0; sleep 0.2; done; kill -KILL -- "-$0"';

export async function execIn(
  cli: EngineCli,
  container: string,
  argv: readonly string[],
  input: ExecInput,
): Promise<ExecOutcome> {
  const outcome = await runInside(cli, container, argv, { timeoutMs: deadlines.exec, ...input });
  if (!outcome.started) throw toEngineError(outcome);
  return { exitCode: outcome.exitCode ?? 255, stdout: outcome.stdout, stderr: outcome.stderr };
}

export async function streamThrough(
  cli: EngineCli,
  container: string,
  argv: readonly string[],
  input: StreamInput,
): Promise<void> {
  const outcome = await runInside(cli, container, argv, { timeoutMs: streamTimeoutMs, ...input });
  if (!outcome.started) throw toEngineError(outcome);
  const { exitCode, stderr } = outcome;
  if (exitCode !== 0)
    throw new LabError('COMMAND_FAILED', `${argv[0]} failed in the container (${exitCode ?? 'killed'})`, {
      details: { argv, exitCode, stderr: stderr.slice(-2000) },
    });
}

type Inside = CommandOutcome & { readonly started: boolean };

async function runInside(
  cli: EngineCli,
  container: string,
  argv: readonly string[],
  input: Omit<ExecInput, 'stdin'> & { timeoutMs: number } & Pick<StreamInput, 'stdout'> & {
      readonly stdin?: ExecInput['stdin'] | StreamInput['stdin'];
    },
): Promise<Inside> {
  const { onLine, stdin, ...options } = input;
  const args = [
    'exec',
    ...(stdin === undefined ? [] : ['--interactive']),
    container,
    'sh',
    '-c',
    preamble,
    'sh',
    ...argv,
  ];
  let pid: string | null = null;
  const notePid = (line: string) => {
    const found = pid === null ? pidLine.exec(`${line}\n`)?.[1] : undefined;
    if (found === undefined) onLine?.(line);
    else pid = found;
  };
  try {
    const outcome = await runCommand(cli.tethered(cli.argv(args)), {
      env: cli.env,
      ...options,
      ...(stdin === undefined ? {} : { stdin }),
      onLine: notePid,
    });
    return { ...outcome, started: pidLine.test(outcome.stderr), stderr: outcome.stderr.replace(pidLine, '') };
  } catch (error) {
    if (pid !== null) await endInside(cli, container, pid);
    throw error;
  }
}

/** Best effort: the container may be gone with it. */
async function endInside(cli: EngineCli, container: string, pid: string): Promise<void> {
  await cli.run(['exec', container, 'sh', '-c', endScript, pid], { timeoutMs: cleanUpMs }).catch(() => {});
}
