import { type ExecOptions, type ExecResult, exec } from '../base/exec.ts';
import { LabError } from '../contract/labError.ts';
import { type Command, commandText, type Fix } from './fixes/fix.ts';
import type { Argv, Who } from './machine.ts';
import type { Privilege } from './privilege.ts';
import { quoteArgv } from './shellWords.ts';

/** Somebody has to find the window and type a password. */
const passwordMs = 5 * 60_000;
/** pkexec(1): the question was dismissed, or the user may not; and nobody could be asked. */
const dismissed = 126;
const notAsked = 127;

export type Execute = (argv: Argv, options: ExecOptions) => Promise<ExecResult>;

export interface ApplyOptions {
  readonly who: Who;
  readonly privilege: Privilege;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
  readonly execute?: Execute;
}

/**
 * Runs the commands of a fix, those of root's that follow each other with one question for the password. Rejects with
 * LabError: PERMISSION_DENIED when the rights were not given, else what running them came to.
 */
export async function applyFix(fix: Fix, options: ApplyOptions): Promise<void> {
  const { privilege, signal, log, execute = exec } = options;
  for (const part of parts(fix.commands)) {
    const elevated = part.asRoot && privilege.kind !== 'root';
    if (elevated && privilege.kind === 'none')
      throw new LabError('UNSUPPORTED', privilege.whyNot, { hint: commandText(fix.commands, options.who) });
    log(`$ ${commandText(part.commands, options.who)}`);
    for (const argv of elevated && privilege.kind !== 'none'
      ? [prefixed(privilege.prefix, part.commands)]
      : part.commands.map((each) => each.argv)) {
      try {
        const { stdout, stderr } = await execute(argv, {
          timeoutMs: fix.timeoutMs + (elevated ? passwordMs : 0),
          signal,
          env: { ...options.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
        });
        if (stdout + stderr !== '') log(stdout + stderr);
      } catch (error) {
        signal.throwIfAborted();
        throw explain(error, elevated ? privilege.kind : null, log);
      }
    }
  }
}

interface Part {
  readonly asRoot: boolean;
  readonly commands: readonly Command[];
}

/** Neighbours of one kind together. */
function parts(commands: readonly Command[]): Part[] {
  const found: { asRoot: boolean; commands: Command[] }[] = [];
  for (const command of commands) {
    const last = found.at(-1);
    if (last?.asRoot === command.asRoot) last.commands.push(command);
    else found.push({ asRoot: command.asRoot, commands: [command] });
  }
  return found;
}

/** Several commands go through one shell, so that there is one question; each of their words is quoted. */
function prefixed(prefix: Argv, commands: readonly Command[]): Argv {
  const [only, second] = commands;
  if (only && !second) return [...prefix, ...only.argv];
  return [...prefix, '/bin/sh', '-c', commands.map(({ argv }) => quoteArgv(argv)).join(' && ')];
}

function explain(error: unknown, elevatedBy: Privilege['kind'] | null, log: (text: string) => void): unknown {
  if (!(error instanceof LabError)) return error;
  const { exitCode, stderr } = error.data.details ?? {};
  const said = typeof stderr === 'string' ? stderr.trim() : '';
  if (said !== '') log(said);
  if (elevatedBy === 'pkexec' && (exitCode === dismissed || exitCode === notAsked))
    return new LabError(
      'PERMISSION_DENIED',
      exitCode === dismissed
        ? 'The administrator’s rights were not given'
        : 'The administrator’s rights could not be asked for, or a program is missing',
      { hint: 'Try again, or type the command in a terminal.' },
      { cause: error },
    );
  const last = said.split('\n').at(-1) ?? '';
  return new LabError(
    error.code,
    last === '' ? error.message : `${error.message}: ${last}`,
    {
      ...error.data,
      hint: error.hint ?? 'The log has all it said. Typed in a terminal, the command may tell more.',
    },
    { cause: error },
  );
}
