import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { type IDisposable, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DataLink } from '../../lib/lab/dataLink.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import { copyText } from '../../ui/copyText.ts';
import { monoFont, type Scheme, terminalPalette } from '../../ui/tokens.ts';
import type { TimesMode } from '../history/historyControl.ts';
import { bufferText } from './bufferText.ts';
import { ConsoleFeed } from './consoleFeed.ts';
import { InputQueue, toBase64 } from './inputQueue.ts';
import { takePasteAndDrop } from './pasteAndDrop.ts';
import { pointAtRow, scrollToRow } from './pointAtRow.ts';
import { QueryGate } from './queryGate.ts';
import type { FetchTimes } from './recordedTimes.ts';
import { moveToGpuWhenIdle } from './terminalGpu.ts';
import { followLinks } from './terminalLinks.ts';
import { fetchTimesOf, TerminalTimes } from './terminalTimes.ts';
import type { TypingHost } from './typingHost.ts';
import { Typist } from './typist.ts';

export interface Appearance {
  readonly scheme: Scheme;
  readonly fontSizePx: number;
  readonly scrollbackLines: number;
  readonly screenReaderMode: boolean;
}

/** What stands at the terminal's edge. */
export interface TerminalNote {
  /** Why the last thing typed did not arrive; null once something did. */
  readonly problem: LabProblem | null;
  /** Why no bytes come any more. */
  readonly ended: LabProblem | null;
  /** A web address the user pointed at. What a board prints is not to be trusted with opening windows. */
  readonly link: string | null;
}

/** One console's terminal: xterm, the stream that feeds it and the queue that types for it. */
export class TerminalSession {
  readonly consoleId: string;
  /** Holds the terminal; moved into whichever pane shows it. */
  readonly element: HTMLDivElement;
  readonly note: StoreApi<TerminalNote> = createStore(() => ({ problem: null, ended: null, link: null }));
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon();
  readonly #times: TerminalTimes;
  #pointedAt: IDisposable | null = null;
  readonly #feed: ConsoleFeed;
  readonly #input: InputQueue;
  readonly #resized: ResizeObserver;
  /** Types to this console alone. */
  readonly typist: Typist;
  #look: Appearance;
  /** False from the moment it moves to another pane until xterm has seen it there. */
  #onScreen = true;
  #seen: IntersectionObserver | null = null;
  /** Its own font where it is one tile of many; null: as the settings say. */
  #tileFontPx: number | null = null;

  constructor(
    consoleId: string,
    data: DataLink,
    send: (bytes: Uint8Array) => Promise<void>,
    look: Appearance,
    typing: SessionTyping,
    fetchTimes: FetchTimes,
  ) {
    this.consoleId = consoleId;
    this.#look = look;
    this.element = terminalElement(consoleId);
    this.#terminal = new Terminal({
      fontFamily: monoFont,
      fontWeightBold: '700',
      lineHeight: 1.08,
      cursorBlink: false,
      cursorInactiveStyle: 'outline',
      drawBoldTextInBrightColors: false,
      macOptionIsMeta: true,
      minimumContrastRatio: 1,
      // Marking the line one jumped to is among what xterm calls proposed.
      allowProposedApi: true,
      rightClickSelectsWord: false,
      ...options(look),
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(this.#search);
    this.#terminal.attachCustomKeyEventHandler((event) => !isOurs(event));
    followLinks(this.#terminal, (link) => this.note.setState({ link }));
    this.#input = new InputQueue(send, (problem) => this.note.setState({ problem }));
    this.#times = new TerminalTimes(this.#terminal, fetchTimes);
    this.#feed = new ConsoleFeed(
      data,
      consoleId,
      (bytes, offset, done) => this.#times.write(bytes, offset, done),
      {
        started: () => this.note.setState({ ended: null }),
        ended: (ended) => this.note.setState({ ended }),
      },
    );
    this.typist = new Typist({
      style: () => typing.host.style(consoleId),
      refusal: () => typing.host.refusal(consoleId),
      send: (text) => this.#input.type(new TextEncoder().encode(text)),
      echo: (text) => this.#times.write(new TextEncoder().encode(text), null, () => {}),
      onRefused: (problem) => this.note.setState({ problem }),
    });
    takePasteAndDrop(this.element, {
      paste: (text) => typing.host.paste(consoleId, text),
      dropFile: (file) => typing.host.dropFile(consoleId, file),
    });
    const gate = new QueryGate(this.#terminal.parser, () => !this.#feed.replaying && this.hasFocus);
    this.#terminal.onData((text) => {
      if (gate.lets(text)) this.typist.key(text, typing.typists(consoleId));
    });
    this.#terminal.onBinary((text) => {
      this.#input.type(Uint8Array.from(text, (character) => character.charCodeAt(0)));
    });
    this.#resized = new ResizeObserver(() => this.#fitSoon());
  }

  get shown(): boolean {
    return this.element.isConnected;
  }

  get hasFocus(): boolean {
    return document.hasFocus() && this.element.contains(document.activeElement);
  }

  mount(pane: HTMLElement): void {
    pane.append(this.element);
    if (this.#terminal.element === undefined) {
      const screen = document.createElement('div');
      screen.className = 'terminal-screen';
      this.element.append(this.#times.element, screen);
      this.#terminal.open(screen);
      moveToGpuWhenIdle(this.#terminal);
      // Made after xterm's own, so that it is told after it.
      this.#seen = new IntersectionObserver((changes) => this.#onSeen(changes));
      this.#fitNow();
    }
    this.#seen?.observe(this.element);
    this.#resized.observe(this.element);
  }

  unmount(): void {
    this.#seen?.unobserve(this.element);
    this.#resized.unobserve(this.element);
    this.#onScreen = false;
    this.element.remove();
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** A short paste, as keys; wrapped where the board asked for that, unless the console's style forbids it. */
  pasteAsKeys(text: string, bracketed: boolean): void {
    if (bracketed) this.#terminal.paste(text);
    else this.typist.type(text);
  }

  refuse(problem: LabProblem): void {
    this.note.setState({ problem });
  }

  setAppearance(look: Appearance): void {
    this.#look = look;
    const fontSizePx = this.#tileFontPx ?? look.fontSizePx;
    Object.assign(this.#terminal.options, options({ ...look, fontSizePx }));
    if (this.shown) this.#fitSoon();
  }

  /** In CSS pixels; null: as the settings say. */
  setTileFont(fontSizePx: number | null): void {
    if (this.#tileFontPx === fontSizePx) return;
    this.#tileFontPx = fontSizePx;
    this.setAppearance(this.#look);
    // Rows that were drawn while the letters were measured anew would keep their old spacing.
    requestAnimationFrame(() => this.#terminal.refresh(0, this.#terminal.rows - 1));
  }

  find(text: string, direction: 'next' | 'previous', typing = false): boolean {
    if (direction === 'previous') return this.#search.findPrevious(text);
    return this.#search.findNext(text, { incremental: typing });
  }

  endFind(): void {
    this.#search.clearDecorations();
    this.#terminal.clearSelection();
  }

  async copySelection(): Promise<void> {
    if (this.#terminal.hasSelection()) await copyText(this.#terminal.getSelection());
  }

  /** Back to a plain screen, as after a program died and left its modes behind. The board is not told. */
  reset(): void {
    this.#terminal.write('\x1b[!p\x1b[?1049l\x1b[?25h');
  }

  clear(): void {
    this.#terminal.clear();
    this.#times.cleared();
  }

  /** What the margin tells of each line. */
  setTimes(mode: TimesMode): void {
    this.#times.setMode(mode);
    this.#fitSoon();
  }

  /** Shows and marks the line that holds the byte; false when it is not among what the terminal still holds. */
  reveal(offset: number): boolean {
    const row = this.#times.rowOf(offset);
    if (row === null) return false;
    this.#pointedAt?.dispose();
    scrollToRow(this.#terminal, row);
    this.#pointedAt = pointAtRow(this.#terminal, row);
    return true;
  }

  /** After the stream ended with an error. */
  reopen(): void {
    this.note.setState({ ended: null });
    this.#feed.restart();
  }

  dismissProblem(): void {
    this.note.setState({ problem: null });
  }

  dismissLink(): void {
    this.note.setState({ link: null });
  }

  readText(): string {
    return bufferText(this.#terminal.buffer.active);
  }

  dispose(): void {
    this.#resized.disconnect();
    this.#seen?.disconnect();
    this.#feed.dispose();
    this.#times.dispose();
    this.#terminal.dispose();
    this.element.remove();
  }

  /**
   * xterm draws nothing while it is off screen, and reckons with its size before until it has seen that it is back:
   * fitted sooner, it would lose the newest line out of sight.
   */
  #onSeen(changes: readonly IntersectionObserverEntry[]): void {
    if (this.#onScreen || changes.at(-1)?.isIntersecting !== true) return;
    this.#onScreen = true;
    this.#fitNow();
  }

  #fitSoon(): void {
    requestAnimationFrame(() => this.#fitNow());
  }

  #fitNow(): void {
    // A pane without a size yet would shrink the terminal to nothing and wrap every line anew.
    if (this.#onScreen && this.element.clientWidth > 0 && this.element.clientHeight > 0) this.#fit.fit();
  }
}

/** Who a session asks about typing, and who types along with it. */
export interface SessionTyping {
  readonly host: TypingHost;
  typists(consoleId: string): readonly Typist[];
}

export function createTerminalSession(
  consoleId: string,
  data: DataLink,
  client: () => LabClient,
  look: Appearance,
  typing: SessionTyping,
): TerminalSession {
  const send = async (bytes: Uint8Array) => {
    // The id came from the core; the branded type is gone on its way through the view.
    type Id = Parameters<LabClient['consoles']['input']>[0]['consoleId'];
    await client().consoles.input({ consoleId: consoleId as Id, base64: toBase64(bytes) });
  };
  return new TerminalSession(consoleId, data, send, look, typing, fetchTimesOf(consoleId, client));
}

function options(look: Appearance) {
  return {
    fontSize: look.fontSizePx,
    scrollback: look.scrollbackLines,
    screenReaderMode: look.screenReaderMode,
    theme: { ...terminalPalette[look.scheme] },
  };
}

function terminalElement(consoleId: string): HTMLDivElement {
  const element = document.createElement('div');
  element.dataset.testid = 'terminal';
  element.dataset.consoleId = consoleId;
  element.className = 'terminal-frame';
  return element;
}

/** A focused terminal owns the keyboard; only Ctrl+Shift+... is the window's. */
function isOurs(event: KeyboardEvent): boolean {
  return event.ctrlKey && event.shiftKey && !event.altKey && !event.metaKey;
}
