import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { InstanceName, ShellEvent, ShellKind } from '../../../main/contract/index.ts';
import { disconnected, type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import { copyText } from '../../ui/copyText.ts';
import { monoFont, terminalPalette } from '../../ui/tokens.ts';
import { bufferText } from '../console/bufferText.ts';
import { InputQueue, toBase64 } from '../console/inputQueue.ts';
import type { Appearance } from '../console/terminalSession.ts';
import { bytesOf } from '../history/bytesOf.ts';

export interface ShellNote {
  readonly phase: 'opening' | 'open' | 'ended';
  /** Of a shell that has ended by itself. */
  readonly exitCode: number | null;
  /** Why it could not be opened, or what was typed did not arrive. */
  readonly problem: LabProblem | null;
}

const resizeSettleMs = 120;
const retryMs = 1000;

/** One shell inside an instance and the terminal it is seen in. */
export class ShellSession {
  readonly element = document.createElement('div');
  readonly note: StoreApi<ShellNote> = createStore(() => ({
    phase: 'opening',
    exitCode: null,
    problem: null,
  }));
  readonly #client: () => LabClient;
  readonly #name: () => InstanceName;
  readonly #kind: ShellKind;
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #resized = new ResizeObserver(() => requestAnimationFrame(() => this.#fitNow()));
  readonly #gone = new AbortController();
  readonly #input: InputQueue;
  #shellId: string | null = null;
  #resizeTimer: ReturnType<typeof setTimeout> | undefined;

  /** `name`: asked for each time, since instances can be renamed. */
  constructor(
    id: string,
    options: {
      readonly client: () => LabClient;
      readonly name: () => InstanceName;
      readonly kind: ShellKind;
      readonly look: Appearance;
    },
  ) {
    this.#client = options.client;
    this.#name = options.name;
    this.#kind = options.kind;
    this.element.className = 'terminal-frame';
    this.element.dataset.testid = 'terminal';
    this.element.dataset.shellId = id;
    this.#terminal = new Terminal({
      fontFamily: monoFont,
      fontWeightBold: '700',
      lineHeight: 1.08,
      cursorBlink: false,
      cursorInactiveStyle: 'outline',
      drawBoldTextInBrightColors: false,
      macOptionIsMeta: true,
      ...terminalOptions(options.look),
    });
    this.#terminal.loadAddon(this.#fit);
    // A focused terminal owns the keyboard; only Ctrl+Shift+... is the window's.
    this.#terminal.attachCustomKeyEventHandler(
      (event) => !(event.ctrlKey && event.shiftKey && !event.altKey && !event.metaKey),
    );
    // What runs in there is not trusted with our clipboard.
    this.#terminal.parser.registerOscHandler(52, () => true);
    this.#input = new InputQueue(
      (bytes) => this.#write(bytes),
      (problem) => this.note.setState({ problem }),
    );
    const encoder = new TextEncoder();
    this.#terminal.onData((text) => this.#input.type(encoder.encode(text)));
    this.#terminal.onBinary((text) =>
      this.#input.type(Uint8Array.from(text, (character) => character.charCodeAt(0))),
    );
    this.#terminal.onResize(() => this.#tellSizeSoon());
  }

  mount(pane: HTMLElement): void {
    pane.append(this.element);
    if (this.#terminal.element === undefined) {
      const screen = document.createElement('div');
      screen.className = 'terminal-screen';
      this.element.append(screen);
      this.#terminal.open(screen);
      this.#fitNow();
      void this.#live();
    }
    this.#resized.observe(this.element);
  }

  unmount(): void {
    this.#resized.unobserve(this.element);
    this.element.remove();
  }

  focus(): void {
    this.#terminal.focus();
  }

  setAppearance(look: Appearance): void {
    Object.assign(this.#terminal.options, terminalOptions(look));
    if (this.element.isConnected) requestAnimationFrame(() => this.#fitNow());
  }

  async copySelection(): Promise<void> {
    if (this.#terminal.hasSelection()) await copyText(this.#terminal.getSelection());
  }

  readText(): string {
    return bufferText(this.#terminal.buffer.active);
  }

  dispose(): void {
    this.#gone.abort();
    clearTimeout(this.#resizeTimer);
    this.#resized.disconnect();
    const shellId = this.#shellId;
    // The core ends what nobody listens to within a minute: not worth a word when it cannot be told now.
    if (shellId !== null) void this.#tell((client) => client.shells.close({ shellId }));
    this.#terminal.dispose();
    this.element.remove();
  }

  async #live(): Promise<void> {
    try {
      const { shellId } = await this.#client().shells.open({
        name: this.#name(),
        kind: this.#kind,
        ...this.#size(),
      });
      this.#shellId = shellId;
      if (this.#gone.signal.aborted) {
        void this.#tell((client) => client.shells.close({ shellId }));
        return;
      }
      this.note.setState({ phase: 'open' });
      await this.#listen(shellId);
    } catch (error) {
      this.#shellId = null;
      if (!this.#gone.signal.aborted) this.note.setState({ phase: 'ended', problem: toProblem(error) });
    }
  }

  /** Until it ends. A link that goes is no end: the shell waits a minute for whoever comes back. */
  async #listen(shellId: string): Promise<void> {
    const { signal } = this.#gone;
    while (!signal.aborted) {
      try {
        // Each stream begins with what was printed so far.
        this.#terminal.reset();
        for await (const event of await this.#client().shells.output({ shellId }, { signal })) {
          if (signal.aborted || this.#heard(event)) return;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (toProblem(error).code !== disconnected.code) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  /** True when it was the last. */
  #heard(event: ShellEvent): boolean {
    if (event.type === 'output') {
      this.#terminal.write(bytesOf(event.data));
      return false;
    }
    this.#shellId = null;
    this.note.setState({ phase: 'ended', exitCode: event.exitCode });
    return true;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    // Typed ahead of the prompt it goes nowhere: what it would meet there is not known.
    if (this.#shellId !== null)
      await this.#client().shells.write({ shellId: this.#shellId, data: toBase64(bytes) });
  }

  #size(): { columns: number; rows: number } {
    return { columns: Math.max(2, this.#terminal.cols), rows: Math.max(1, this.#terminal.rows) };
  }

  #tellSizeSoon(): void {
    clearTimeout(this.#resizeTimer);
    this.#resizeTimer = setTimeout(() => {
      const shellId = this.#shellId;
      if (shellId !== null) void this.#tell((client) => client.shells.resize({ shellId, ...this.#size() }));
    }, resizeSettleMs);
  }

  /** What nobody waits for, and nobody needs to hear failing. */
  async #tell(what: (client: LabClient) => Promise<unknown>): Promise<void> {
    try {
      await what(this.#client());
    } catch {
      // the shell or the link is gone, and with it what it was told for
    }
  }

  #fitNow(): void {
    if (this.element.clientWidth > 0 && this.element.clientHeight > 0) this.#fit.fit();
  }
}

function terminalOptions(look: Appearance) {
  return {
    fontSize: look.fontSizePx,
    scrollback: look.scrollbackLines,
    screenReaderMode: look.screenReaderMode,
    theme: { ...terminalPalette[look.scheme] },
  };
}
