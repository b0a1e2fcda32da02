/** Something a command keeps doing after it returned; Ctrl-C ends it. */
export type Job =
  | { readonly kind: 'sleep'; readonly ms: number; readonly thenPrint?: string }
  /** Asked for more only when the UART has room; null is the end. */
  | { readonly kind: 'stream'; readonly next: () => string | null };

/** Where the board goes next. */
export type Jump = 'reset' | 'boot-kernel' | 'log-out' | 'restart' | 'panic' | 'halt';

/** What one command did. */
export interface Outcome {
  readonly ok: boolean;
  readonly print?: string;
  readonly job?: Job;
  readonly jump?: Jump;
  /** Command lines to run next, before anything else typed. */
  readonly run?: string;
}

export const done: Outcome = { ok: true };

export function says(print: string): Outcome {
  return { ok: true, print };
}

export function complains(print: string): Outcome {
  return { ok: false, print };
}

/** A command as typed, split into words: `argv[0]` is its name. */
export type CommandTable<C> = Readonly<Record<string, CommandEntry<C>>>;
export interface CommandEntry<C> {
  readonly help: string;
  readonly run: (args: readonly string[], context: C) => Outcome;
}

/** The entry of exactly this name. Never what an object inherits: `constructor` is not a command. */
export function findCommand<C>(table: CommandTable<C>, name: string): CommandEntry<C> | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
