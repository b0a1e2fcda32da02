import type { Board, ConsoleInfo, TypingStyle } from '../../../main/contract/index.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import type { Actions } from '../../lib/stores/actions.ts';
import type { BenchStore } from '../../lib/stores/bench.ts';
import { typingRefusal } from './leaseWords.ts';
import { mostPasteBytes, pasteWay } from './paste.ts';
import type { TerminalSession } from './terminalSession.ts';
import { plainTypingStyle, type TypingHost } from './typingHost.ts';

type ConsoleId = ConsoleInfo['consoleId'];

/** Where what one sends to a console beside keys may fail. */
export function typingPlace(consoleId: string): string {
  return `typing:${consoleId}`;
}

export interface TypingQuestions {
  /** Shows what is about to be pasted and lets it be changed. */
  readonly askPaste: (consoleIds: readonly string[], text: string) => void;
  readonly askFile: (consoleId: string, file: File | null) => void;
  readonly asksBeforePaste: () => boolean;
}

interface Deps {
  readonly bench: BenchStore;
  readonly client: () => LabClient;
  readonly actions: Actions;
  readonly session: (consoleId: string) => TerminalSession | null;
  readonly together: (consoleId: string) => readonly string[];
  readonly questions: TypingQuestions;
}

const tooMuch: LabProblem = {
  code: 'TOO_LARGE',
  message: `a paste holds at most ${mostPasteBytes / 1024} KiB`,
  hint: 'Send it as a file instead.',
  field: null,
};

/** More than single keys: pastes, breaks, macros, and how each console is typed to. */
export class TypingControl implements TypingHost {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  style(consoleId: string): TypingStyle {
    const [boardId = '', name = ''] = consoleId.split('.');
    const board = this.#deps.bench.getState().boards?.find((each) => each.boardId === boardId);
    return board?.typing[name] ?? plainTypingStyle;
  }

  refusal(consoleId: string): LabProblem | null {
    const { consoles, me } = this.#deps.bench.getState();
    return typingRefusal(consoles[consoleId], me);
  }

  together(consoleId: string): readonly string[] {
    return this.#deps.together(consoleId);
  }

  paste(consoleId: string, text: string): void {
    const { questions, session } = this.#deps;
    const way = pasteWay(text, this.style(consoleId), questions.asksBeforePaste());
    const all = this.together(consoleId);
    if (way === 'too-much') session(consoleId)?.refuse(tooMuch);
    else if (way === 'ask') questions.askPaste(all, text);
    else if (way === 'keys' && all.length === 1)
      session(consoleId)?.pasteAsKeys(text, this.style(consoleId).bracketedPaste);
    else this.pasteInto(all, text);
  }

  /** At the pace each of them bears; how it goes is shown under each terminal. */
  pasteInto(consoleIds: readonly string[], text: string): void {
    for (const consoleId of consoleIds) {
      void this.#run(consoleId, 'paste', (client) =>
        client.typing.paste({ consoleId: consoleId as ConsoleId, text }),
      );
    }
  }

  dropFile(consoleId: string, file: File | null): void {
    this.#deps.questions.askFile(consoleId, file);
  }

  sendBreak(consoleId: ConsoleId): Promise<boolean> {
    return this.#run(consoleId, 'break', (client) => client.typing.sendBreak({ consoleId }));
  }

  sysrq(consoleId: ConsoleId, key: string): Promise<boolean> {
    return this.#run(consoleId, 'sysrq', (client) => client.typing.sysrq({ consoleId, key }));
  }

  setStyle(consoleId: ConsoleId, part: Partial<TypingStyle>): Promise<boolean> {
    const style = { ...this.style(consoleId), ...part };
    return this.#run(consoleId, 'style', (client) => client.typing.set({ consoleId, ...style }));
  }

  runMacro(board: Board, macro: Board['macros'][number], values: Record<string, string>): Promise<boolean> {
    const { boardId } = board;
    return this.#run(`${boardId}.${macro.console}`, 'macro', (client) =>
      client.typing.runMacro({ boardId, macro: macro.name, values }),
    );
  }

  #run(consoleId: string, what: string, call: (client: LabClient) => Promise<unknown>): Promise<boolean> {
    const { actions, client } = this.#deps;
    return actions.run(typingPlace(consoleId), what, async () => call(client()));
  }
}
