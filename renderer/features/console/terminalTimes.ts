import type { Terminal } from '@xterm/xterm';
import type { ConsoleId } from '../../../main/contract/index.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import type { TimesMode } from '../history/historyControl.ts';
import { LineOffsets } from './lineOffsets.ts';
import { Margin } from './margin.ts';
import { type FetchTimes, RecordedTimes } from './recordedTimes.ts';

/** As many boots as a terminal's scrollback may well span. */
const maxBoots = 200;

/** Where and when each line of one terminal was printed, and the margin that shows it. */
export class TerminalTimes {
  /** Goes left of the terminal. */
  readonly element: HTMLElement;
  readonly #terminal: Terminal;
  readonly #lines: LineOffsets;
  readonly #margin: Margin;

  constructor(terminal: Terminal, fetch: FetchTimes) {
    this.#terminal = terminal;
    this.#lines = new LineOffsets(terminal);
    const times = new RecordedTimes(fetch, () => this.#margin.redrawSoon());
    this.#margin = new Margin(terminal, this.#lines, times);
    this.element = this.#margin.element;
  }

  /** Gives the terminal bytes; `offset` null: they are no part of the recording. */
  write(bytes: Uint8Array, offset: number | null, done: () => void): void {
    this.#lines.writing(bytes, offset);
    this.#terminal.write(bytes, () => {
      this.#lines.parsed();
      done();
    });
  }

  setMode(mode: TimesMode): void {
    this.#margin.setMode(mode);
  }

  /** The row that shows the byte; null when the terminal does not hold it. */
  rowOf(offset: number): number | null {
    return this.#lines.rowOf(offset);
  }

  /** Where the line on top of the screen begins; null when that is not known. */
  topOffset(): number | null {
    const { buffer, rows } = this.#terminal;
    return this.#lines.startsOf(buffer.active.viewportY, rows).find((start) => start !== null) ?? null;
  }

  cleared(): void {
    this.#lines.reset();
    this.#margin.redrawSoon();
  }

  dispose(): void {
    this.#margin.dispose();
    this.#lines.dispose();
  }
}

export function fetchTimesOf(consoleId: string, client: () => LabClient): FetchTimes {
  return async (from, to, withBoots) => {
    // The id came from the core; the branded type is gone on its way through the view.
    const id = consoleId as ConsoleId;
    const [times, boots] = await Promise.all([
      client().consoles.times({ consoleId: id, from, to }),
      withBoots ? client().boots.list({ consoleId: id, limit: maxBoots }) : [],
    ]);
    return { times, boots };
  };
}
