import { type CommandOptions, type CommandOutcome, runCommand } from '../../base/command.ts';
import type { EngineInfo } from '../../contract/index.ts';
import { toEngineError } from './complaints.ts';

/** How long each kind of command may take, in milliseconds. */
export const deadlines = {
  info: 10_000,
  list: 15_000,
  start: 60_000,
  remove: 60_000,
  exec: 60_000,
  build: 3_600_000,
  pull: 3_600_000,
  import: 600_000,
} as const;

export interface EngineCliOptions {
  readonly kind: EngineInfo['kind'];
  /** Before the verb: `--runtime runc`. */
  readonly globalArgs: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** In front of what runs long, so that it ends when we end, in whatever way; empty where there is no such thing. */
  readonly tether: readonly string[];
}

export type CliOptions = Omit<CommandOptions, 'env'> & { readonly env?: NodeJS.ProcessEnv };

/** The command line of podman or docker. */
export class EngineCli {
  readonly #options: EngineCliOptions;

  constructor(options: EngineCliOptions) {
    this.#options = options;
  }

  get kind(): EngineInfo['kind'] {
    return this.#options.kind;
  }

  get env(): NodeJS.ProcessEnv {
    return this.#options.env;
  }

  argv(args: readonly string[]): [string, ...string[]] {
    return [this.#options.kind, ...this.#options.globalArgs, ...args];
  }

  /** The same, ended when we end. */
  tethered(argv: readonly string[]): [string, ...string[]] {
    const [program = this.#options.kind, ...args] = [...this.#options.tether, ...argv];
    return [program, ...args];
  }

  /** Resolves with how it ended, also when that is a failure. Rejects as `runCommand` does. */
  run(args: readonly string[], options: CliOptions): Promise<CommandOutcome> {
    return runCommand(this.argv(args), { env: this.#options.env, ...options });
  }

  /** Resolves with standard output. A failure rejects with the LabError it means. */
  async must(args: readonly string[], options: CliOptions): Promise<string> {
    return checked(await this.run(args, options));
  }

  /** For what may take long: it ends when we end. */
  async mustTethered(args: readonly string[], options: CliOptions): Promise<string> {
    return checked(await runCommand(this.tethered(this.argv(args)), { env: this.#options.env, ...options }));
  }
}

function checked(outcome: CommandOutcome): string {
  if (outcome.exitCode !== 0) throw toEngineError(outcome);
  return outcome.stdout;
}
