import { FitAddon } from '@xterm/addon-fit';
import { type IDisposable, Terminal } from '@xterm/xterm';
import { monoFont, terminalPalette } from '../../ui/tokens.ts';
import { pointAtRow, scrollToRow } from '../console/pointAtRow.ts';
import type { FetchTimes } from '../console/recordedTimes.ts';
import type { Appearance } from '../console/terminalSession.ts';
import { TerminalTimes } from '../console/terminalTimes.ts';
import type { TimesMode } from './historyControl.ts';

/** More rows than the half of a page behind the place in question can have, even if each were empty. */
const scrollbackLines = 65_536;

/** One stretch of a recording in a terminal that only reads. */
export class ReadingTerminal {
  readonly element = document.createElement('div');
  readonly times: TerminalTimes;
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #resized: ResizeObserver;
  #pointedAt: IDisposable | null = null;

  constructor(look: Appearance, fetchTimes: FetchTimes, onView: () => void) {
    this.element.className = 'terminal-frame';
    this.#terminal = new Terminal({
      fontFamily: monoFont,
      fontWeightBold: '700',
      lineHeight: 1.08,
      fontSize: look.fontSizePx,
      scrollback: scrollbackLines,
      screenReaderMode: look.screenReaderMode,
      disableStdin: true,
      cursorInactiveStyle: 'none',
      drawBoldTextInBrightColors: false,
      allowProposedApi: true,
      theme: { ...terminalPalette[look.scheme] },
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.attachCustomKeyEventHandler((event) => {
      if (event.type === 'keydown') this.#scrollBy(event);
      return false;
    });
    // It shows what was: nothing in it may act, and a program's questions are long answered.
    this.#terminal.parser.registerOscHandler(52, () => true);
    this.times = new TerminalTimes(this.#terminal, fetchTimes);
    this.#terminal.onRender(onView);
    this.#resized = new ResizeObserver(() => this.#fitNow());
  }

  open(pane: HTMLElement, mode: TimesMode): void {
    pane.append(this.element);
    const screen = document.createElement('div');
    screen.className = 'terminal-screen';
    this.element.append(this.times.element, screen);
    this.times.setMode(mode);
    this.#terminal.open(screen);
    this.#fitNow();
    this.#resized.observe(this.element);
  }

  /** Resolves once it is on screen. */
  write(bytes: Uint8Array, offset: number): Promise<void> {
    return new Promise((resolve) => this.times.write(bytes, offset, resolve));
  }

  /** Marks the line that holds the byte, if it is here. */
  pointAt(offset: number): void {
    const row = this.times.rowOf(offset);
    this.#pointedAt?.dispose();
    if (row !== null) this.#pointedAt = pointAtRow(this.#terminal, row);
  }

  /** A third down the screen. */
  bringIntoView(offset: number): void {
    const row = this.times.rowOf(offset);
    if (row !== null) scrollToRow(this.#terminal, row);
  }

  /** On top of the screen. */
  scrollToOffset(offset: number): void {
    const row = this.times.rowOf(offset);
    if (row !== null) this.#terminal.scrollToLine(row);
  }

  /** How many rows lie above and below what is in view. */
  get beyond(): { readonly above: number; readonly below: number; readonly rows: number } {
    const { active } = this.#terminal.buffer;
    return {
      above: active.viewportY,
      below: active.baseY - active.viewportY,
      rows: this.#terminal.rows,
    };
  }

  setTimes(mode: TimesMode): void {
    this.times.setMode(mode);
    requestAnimationFrame(() => this.#fitNow());
  }

  focus(): void {
    this.#terminal.focus();
  }

  dispose(): void {
    this.#resized.disconnect();
    this.times.dispose();
    this.#terminal.dispose();
    this.element.remove();
  }

  #scrollBy({ key }: KeyboardEvent): void {
    if (key === 'PageUp') this.#terminal.scrollPages(-1);
    if (key === 'PageDown') this.#terminal.scrollPages(1);
    if (key === 'ArrowUp') this.#terminal.scrollLines(-1);
    if (key === 'ArrowDown') this.#terminal.scrollLines(1);
    if (key === 'Home') this.#terminal.scrollToTop();
    if (key === 'End') this.#terminal.scrollToBottom();
  }

  #fitNow(): void {
    if (this.element.clientWidth > 0 && this.element.clientHeight > 0) this.#fit.fit();
  }
}
