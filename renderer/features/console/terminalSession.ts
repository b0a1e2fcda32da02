import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DataLink } from '../../lib/lab/dataLink.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import { copyText } from '../../ui/copyText.ts';
import { monoFont, type Scheme, terminalPalette } from '../../ui/tokens.ts';
import { bufferText } from './bufferText.ts';
import { ConsoleFeed } from './consoleFeed.ts';
import { InputQueue, toBase64 } from './inputQueue.ts';
import { QueryGate } from './queryGate.ts';
import { moveToGpuWhenIdle } from './terminalGpu.ts';
import { followLinks } from './terminalLinks.ts';

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
  readonly #feed: ConsoleFeed;
  readonly #input: InputQueue;
  readonly #resized: ResizeObserver;

  constructor(
    consoleId: string,
    data: DataLink,
    send: (bytes: Uint8Array) => Promise<void>,
    look: Appearance,
  ) {
    this.consoleId = consoleId;
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
      rightClickSelectsWord: false,
      ...options(look),
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(this.#search);
    this.#terminal.attachCustomKeyEventHandler((event) => !isOurs(event));
    followLinks(this.#terminal, (link) => this.note.setState({ link }));
    this.#input = new InputQueue(send, (problem) => this.note.setState({ problem }));
    this.#feed = new ConsoleFeed(data, consoleId, (bytes, done) => this.#terminal.write(bytes, done), {
      started: () => this.note.setState({ ended: null }),
      ended: (ended) => this.note.setState({ ended }),
    });
    const gate = new QueryGate(this.#terminal.parser, () => !this.#feed.replaying && this.hasFocus);
    this.#terminal.onData((text) => {
      if (gate.lets(text)) this.type(text);
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
      this.#terminal.open(this.element);
      moveToGpuWhenIdle(this.#terminal);
    }
    this.#fitNow();
    this.#resized.observe(this.element);
  }

  unmount(): void {
    this.#resized.unobserve(this.element);
    this.element.remove();
  }

  focus(): void {
    this.#terminal.focus();
  }

  type(text: string): void {
    this.#input.type(new TextEncoder().encode(text));
  }

  setAppearance(look: Appearance): void {
    Object.assign(this.#terminal.options, options(look));
    if (this.shown) this.#fitSoon();
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
    this.#feed.dispose();
    this.#terminal.dispose();
    this.element.remove();
  }

  #fitSoon(): void {
    requestAnimationFrame(() => this.#fitNow());
  }

  #fitNow(): void {
    // A pane without a size yet would shrink the terminal to nothing and wrap every line anew.
    if (this.element.clientWidth > 0 && this.element.clientHeight > 0) this.#fit.fit();
  }
}

export function createTerminalSession(
  consoleId: string,
  data: DataLink,
  client: () => LabClient,
  look: Appearance,
): TerminalSession {
  const send = async (bytes: Uint8Array) => {
    // The id came from the core; the branded type is gone on its way through the view.
    type Id = Parameters<LabClient['consoles']['input']>[0]['consoleId'];
    await client().consoles.input({ consoleId: consoleId as Id, base64: toBase64(bytes) });
  };
  return new TerminalSession(consoleId, data, send, look);
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
  element.style.cssText = 'position:absolute;inset:0';
  return element;
}

/** A focused terminal owns the keyboard; only Ctrl+Shift+... is the window's. */
function isOurs(event: KeyboardEvent): boolean {
  return event.ctrlKey && event.shiftKey && !event.altKey && !event.metaKey;
}
