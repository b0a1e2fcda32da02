import { isReadable } from '../../base/plainText.ts';
import type { DoctorFix } from '../../contract/index.ts';
import type { Argv, Who } from '../machine.ts';
import { quoteArgv } from '../shellWords.ts';

export interface Command {
  readonly argv: Argv;
  readonly asRoot: boolean;
}

/** One thing that would help: commands that run one after another until one fails. */
export interface Fix {
  readonly title: string;
  readonly commands: readonly Command[];
  readonly undo: readonly Command[];
  /** What must happen for it to take effect. Then the finding may stand a while. */
  readonly afterwards: string | null;
  /** How long all of it may take, in milliseconds, without the time somebody takes to type a password. */
  readonly timeoutMs: number;
}

export const asRoot = (...argv: Argv): Command => ({ argv, asRoot: true });
export const asUser = (...argv: Argv): Command => ({ argv, asRoot: false });

export const usualFixTimeoutMs = 60_000;

/** What is left out is: no undo, nothing afterwards, a minute. null where a word could not be shown as it is. */
export function makeFix(
  title: string,
  commands: readonly Command[],
  rest: Partial<Pick<Fix, 'undo' | 'afterwards' | 'timeoutMs'>> = {},
): Fix | null {
  if (commands.some(({ argv }) => !argv.every(isReadable))) return null;
  return { title, commands, undo: [], afterwards: null, timeoutMs: usualFixTimeoutMs, ...rest };
}

/** Commands as one would type them. */
export function commandText(commands: readonly Command[], who: Who): string {
  return commands
    .map((command) => `${command.asRoot && who.uid !== 0 ? 'sudo ' : ''}${quoteArgv(command.argv)}`)
    .join(' && ');
}

/** What people are shown of a fix. `whyNot`: why Labdeck cannot run it here; null: it can. */
export function showFix(fixId: string, fix: Fix, who: Who, whyNot: string | null): DoctorFix {
  const needsRoot = who.uid !== 0 && fix.commands.some((command) => command.asRoot);
  return {
    fixId,
    title: fix.title,
    command: commandText(fix.commands, who),
    needsRoot,
    runnable: !needsRoot || whyNot === null,
    whyNot: needsRoot ? whyNot : null,
    undo: fix.undo.length === 0 ? null : commandText(fix.undo, who),
    afterwards: fix.afterwards,
  };
}
