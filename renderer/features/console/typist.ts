import type { TypingStyle } from '../../../main/contract/index.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';
import { echoOf } from './localEcho.ts';
import { isReport } from './terminalReport.ts';

const lineEndings: Readonly<Record<TypingStyle['lineEnding'], string>> = { cr: '\r', lf: '\n', crlf: '\r\n' };
const enterKey = '\r';

export interface TypistDeps {
  readonly style: () => TypingStyle;
  /** Why nothing may be typed now; null: go on. */
  readonly refusal: () => LabProblem | null;
  readonly send: (text: string) => void;
  /** Shows text in the terminal alone. */
  readonly echo: (text: string) => void;
  readonly onRefused: (problem: LabProblem) => void;
}

/** Types to one console in the console's own style: its line ending, its local echo, its lease. */
export class Typist {
  readonly #deps: TypistDeps;

  constructor(deps: TypistDeps) {
    this.#deps = deps;
  }

  /** What the terminal wants sent, key by key. `all`: who else types along, this one included. */
  key(text: string, all: readonly Typist[]): void {
    if (isReport(text)) this.#report(text);
    else for (const typist of all) typist.type(text);
  }

  /** Nothing waits for a lease to end: a refused key is dropped, and said so. */
  type(text: string): void {
    const refusal = this.#deps.refusal();
    if (refusal !== null) {
      this.#deps.onRefused(refusal);
      return;
    }
    const style = this.#deps.style();
    this.#deps.send(text === enterKey ? lineEndings[style.lineEnding] : text);
    if (!style.localEcho) return;
    const echo = echoOf(text);
    if (echo !== '') this.#deps.echo(echo);
  }

  /** The terminal's own answer: for its board alone, and no word about it where it may not be given. */
  #report(text: string): void {
    if (this.#deps.refusal() === null) this.#deps.send(text);
  }
}
