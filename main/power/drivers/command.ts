import path from 'node:path';
import { type CommandOutcome, runCommand } from '../../base/command.ts';
import { plainText } from '../../base/plainText.ts';
import {
  type CommandPower,
  fail,
  LabError,
  type LabErrorCode,
  type PowerState,
  type SwitchState,
} from '../../contract/index.ts';
import { BackendOutlet } from './backendOutlet.ts';
import type { DriverDeps } from './driverDeps.ts';
import { findProgram } from './findProgram.ts';
import type { OutletBackend, Sending } from './outletBackend.ts';

const neverStarted = new Set<LabErrorCode>(['MISSING_DEPENDENCY', 'PERMISSION_DENIED', 'BAD_REQUEST']);
const boardMark = '{board}';
/** To put its lock away. */
const graceMs = 500;
const maxBytes = 64 * 1024;
const lateHint = 'It was ended. It may hang: run it in a terminal, or give it more time in the binding.';

/**
 * Programs that switch. No shell: `{board}` becomes the board's name within its argument, which stays one argument and
 * means to nobody but the program what it holds.
 */
class CommandBackend implements OutletBackend {
  readonly kind = 'command';
  /** Rarer than a request over the net: each time it costs a process. */
  readonly askEveryMs: number | null;
  readonly cycle?: NonNullable<OutletBackend['cycle']>;
  readonly readState?: NonNullable<OutletBackend['readState']>;
  readonly #binding: CommandPower;
  readonly #boardName: () => string;

  constructor(binding: CommandPower, deps: DriverDeps) {
    this.#binding = binding;
    this.#boardName = deps.boardName;
    this.askEveryMs = binding.read === null ? null : 30_000;
    const { cycle, read } = binding;
    if (cycle !== null) this.cycle = (_offMs, signal, sending) => this.#command(cycle, signal, sending);
    if (read !== null) this.readState = (signal) => this.#read(read, signal);
  }

  get label(): string {
    return `the command ${path.basename(this.#binding.on[0] ?? '')}`;
  }

  /** The same command is the same outlet, unless the board's name is part of it. */
  get identity(): string {
    const { on, off } = this.#binding;
    const name = [...on, ...off].some((argument) => argument.includes(boardMark)) ? this.#boardName() : null;
    return `command ${JSON.stringify([on, off, name])}`;
  }

  switchTo(state: SwitchState, signal: AbortSignal, sending: Sending): Promise<void> {
    return this.#command(state === 'on' ? this.#binding.on : this.#binding.off, signal, sending);
  }

  async #command(template: readonly string[], signal: AbortSignal, sending: Sending): Promise<void> {
    const { exitCode, endedBy, stderr, argv } = await this.#run(template, signal, () =>
      sending.leaves(),
    ).catch((error: unknown) => {
      if (error instanceof LabError && neverStarted.has(error.code)) sending.refused();
      throw error;
    });
    if (exitCode === 0) return;
    const how = endedBy === null ? `failed (exit code ${exitCode})` : `was ended by ${endedBy}`;
    fail(
      'COMMAND_FAILED',
      `${argv[0]} ${how}`,
      lastLine(stderr) ?? 'Run it in a terminal to see what it says.',
      {
        details: { argv, exitCode, endedBy, stderr: plainLines(stderr.slice(-2000)) },
      },
    );
  }

  async #read(template: readonly string[], signal: AbortSignal): Promise<PowerState> {
    const { exitCode, endedBy, stdout } = await this.#run(template, signal, () => {});
    if (endedBy !== null) return 'unknown';
    const { readExit, readOutput } = this.#binding;
    const isOn = readOutput ? stdout.includes(readOutput.on) : exitCode === readExit.on;
    const isOff = readOutput ? stdout.includes(readOutput.off) : exitCode === readExit.off;
    if (isOn === isOff) return 'unknown';
    return isOn ? 'on' : 'off';
  }

  async #run(template: readonly string[], signal: AbortSignal, onStart: () => void): Promise<CommandOutcome> {
    const name = this.#boardName();
    const [given = '', ...args] = template.map((argument) => argument.replaceAll(boardMark, () => name));
    const argv = [await findProgram(given), ...args] as const;
    const { timeoutMs } = this.#binding;
    return await runCommand(argv, { timeoutMs, signal, onStart, graceMs, maxBytes, lateHint });
  }
}

function lastLine(text: string): string | null {
  const line = plainText(text.trimEnd().split('\n').at(-1) ?? '');
  return line === '' ? null : `It says: ${line.slice(0, 300)}`;
}

/** What a program says may steer the terminal that shows it. */
function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}

/** An outlet that programs of the user's switch. */
export class CommandOutlet extends BackendOutlet {
  constructor(binding: CommandPower, deps: DriverDeps) {
    super(new CommandBackend(binding, deps), deps);
  }
}
