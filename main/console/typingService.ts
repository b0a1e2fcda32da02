import { basename } from 'node:path';
import type { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import {
  type Board,
  type BoardPatch,
  type ConsoleId,
  type TypingStyle,
  toConsoleId,
  type typingContract,
} from '../contract/index.ts';
import { fail } from '../contract/labError.ts';
import type { TasksService } from '../tasks/index.ts';
import type { ConsoleService } from './consoleService.ts';
import type { Caller } from './leases/leaseTable.ts';
import { FileTransfer } from './typing/fileTransfer.ts';
import { expandMacro } from './typing/macros.ts';
import { pasteText } from './typing/pasteText.ts';
import type { UploadsService } from './typing/uploads.ts';

type Input<K extends keyof typeof typingContract> = z.output<
  NonNullable<(typeof typingContract)[K]['~orpc']['inputSchema']>
>;

/** Long enough for any speed; the kernel waits 5 s for the key after it (drivers/tty/sysrq.c). */
const sysrqBreakMs = 250;

export interface TypingDeps {
  readonly consoles: ConsoleService;
  readonly boards: {
    get(boardId: string): Board;
    update(boardId: string, patch: BoardPatch): Promise<Board>;
  };
  readonly tasks: TasksService;
  readonly uploads: UploadsService;
  readonly clock: Clock;
}

/** Typing that is more than keys: at a board's pace, with its line endings, as a task where it takes a while. */
export class TypingService {
  readonly #deps: TypingDeps;

  constructor(deps: TypingDeps) {
    this.#deps = deps;
  }

  /** Throws LabError NOT_FOUND. */
  style(consoleId: string): TypingStyle {
    return this.#deps.consoles.get(consoleId).options.typing();
  }

  /** Rejects with LabError NOT_FOUND, DISK_FULL. */
  async setStyle(consoleId: string, style: TypingStyle): Promise<TypingStyle> {
    const { boardId, name } = this.#deps.consoles.get(consoleId).options;
    const { typing } = this.#deps.boards.get(boardId);
    await this.#deps.boards.update(boardId, { typing: { ...typing, [name]: style } });
    return style;
  }

  /** Throws LabError NOT_FOUND, LEASED, POWERED_OFF or why the line is not open; later trouble is the task's. */
  paste(input: Input<'paste'>, caller: Caller): { taskId: string } {
    const { consoleId, text, ...overrides } = input;
    const style = { ...this.style(consoleId), ...given(overrides) };
    return this.#paste(consoleId, text, style, caller, `Paste into ${consoleId}`);
  }

  /** Rejects with LabError NOT_FOUND, LEASED, UNSUPPORTED, DEVICE_GONE. */
  async sendBreak(consoleId: string, durationMs: number, caller: Caller): Promise<void> {
    await this.#deps.consoles.get(consoleId).control(caller).sendBreak(durationMs);
    this.#deps.consoles.get(consoleId).mark('break', caller.who);
  }

  /** Rejects like `sendBreak`. */
  async sysrq(consoleId: string, key: string, caller: Caller): Promise<void> {
    await this.sendBreak(consoleId, sysrqBreakMs, caller);
    await this.#deps.consoles.get(consoleId).input(Buffer.from(key), caller);
  }

  /** Rejects with LabError NOT_FOUND, LEASED, DEVICE_BUSY, MISSING_DEPENDENCY; later trouble is the task's. */
  async sendFile(input: Input<'sendFile'>, caller: Caller): Promise<{ taskId: string }> {
    const { consoleId, protocol } = input;
    const { uploads, consoles, tasks } = this.#deps;
    const path = input.uploadId === undefined ? (input.path ?? '') : uploads.finished(input.uploadId).path;
    const name = basename(path);
    const transfer = await FileTransfer.prepare(path, protocol);
    const console = consoles.get(consoleId);
    const line = console.hold(caller, `${caller.who} sends ${name}`);
    const { taskId } = tasks.run(
      { kind: 'send-file', title: `Send ${name}`, subject: consoleId, steps: ['Send'] },
      async (task) => {
        try {
          task.step('Send');
          await transfer.run({
            line,
            signal: AbortSignal.any([task.signal, line.lost]),
            onProgress: (done) => task.progress(done),
            onLog: (text) => task.log(text),
          });
          console.mark(`${name} was sent`, caller.who);
        } finally {
          line.release();
          if (input.uploadId !== undefined) await uploads.discard(input.uploadId);
        }
      },
    );
    return { taskId };
  }

  /** Throws LabError NOT_FOUND, BAD_REQUEST (a variable without a value) and what `paste` throws. */
  runMacro(
    { boardId, macro: name, values }: Input<'runMacro'>,
    caller: Caller,
  ): { consoleId: ConsoleId; text: string; taskId: string } {
    const board = this.#deps.boards.get(boardId);
    const macro =
      board.macros.find((m) => m.name === name) ??
      fail('NOT_FOUND', `${boardId} has no macro ${name}`, 'GET /boards/{boardId} lists them.');
    const consoleId = toConsoleId(board.boardId, macro.console);
    const expanded = expandMacro(macro, values, {
      board: board.boardId,
      console: macro.console,
      now: new Date(this.#deps.clock.nowMs()),
    });
    if ('missing' in expanded)
      fail('BAD_REQUEST', `The macro needs ${expanded.missing.join(', ')}`, 'Give them in values.', {
        field: 'values',
        details: { missing: expanded.missing },
      });
    const { text } = expanded;
    return {
      consoleId,
      text,
      ...this.#paste(consoleId, text, this.style(consoleId), caller, `Macro ${name}`),
    };
  }

  #paste(
    consoleId: string,
    text: string,
    style: TypingStyle,
    caller: Caller,
    title: string,
  ): { taskId: string } {
    const { consoles, tasks, clock } = this.#deps;
    const console = consoles.get(consoleId);
    // Said now to who asked, not later in a task: they may not type at all.
    const lease = console.keepLease(caller);
    const { taskId } = tasks.run(
      { kind: 'paste', title, subject: consoleId, steps: ['Type'] },
      async (task) => {
        try {
          task.step('Type');
          await pasteText({
            text,
            style,
            bracketed: console.wantsBrackets,
            write: (bytes) => console.input(bytes, caller),
            onDidReceive: (listener) => console.line.onDidOutput(({ bytes }) => listener(bytes)),
            signal: AbortSignal.any([task.signal, lease.lost]),
            onProgress: (done) => task.progress(done),
            clock,
          });
        } finally {
          lease.dispose();
        }
      },
    );
    return { taskId };
  }
}

/** Only what was said: an undefined field must not hide the console's own style. */
function given<T extends object>(overrides: T): Partial<{ [K in keyof T]: NonNullable<T[K]> }> {
  return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined)) as Partial<{
    [K in keyof T]: NonNullable<T[K]>;
  }>;
}
