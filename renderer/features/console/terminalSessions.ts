import type { DataLink } from '../../lib/lab/dataLink.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import type { TimesMode } from '../history/historyControl.ts';
import type { Appearance, SessionTyping, TerminalSession } from './terminalSession.ts';
import type { TypingHost } from './typingHost.ts';

/** A terminal with a full scrollback weighs some ten megabytes: so many are kept warm, the rest replayed. */
const maxWarmSessions = 8;

const initialAppearance: Appearance = {
  scheme: 'dark',
  fontSizePx: 13,
  scrollbackLines: 10_000,
  screenReaderMode: false,
};

/**
 * The terminals of this window. They live outside React, so that switching boards, or a core that restarts,
 * keeps what is on screen. xterm itself is loaded with the first of them, after the window is painted.
 */
export class TerminalSessions {
  readonly #sessions = new Map<string, TerminalSession>();
  readonly #data: DataLink;
  readonly #client: () => LabClient;
  readonly #typing: SessionTyping;
  #appearance = initialAppearance;
  #times: TimesMode = 'off';
  /** Never dropped, whether they are on screen or not. */
  #held: ReadonlySet<string> = new Set();

  constructor(data: DataLink, client: () => LabClient, host: TypingHost) {
    this.#data = data;
    this.#client = client;
    this.#typing = {
      host,
      typists: (consoleId) =>
        host.together(consoleId).flatMap((each) => this.#sessions.get(each)?.typist ?? []),
    };
  }

  /** Keeps these terminals, and makes those that are not there yet: the wall shows them all at once. */
  hold(consoleIds: readonly string[]): void {
    this.#held = new Set(consoleIds);
    for (const consoleId of consoleIds) void this.open(consoleId);
    this.#dropColdest();
  }

  /** The console's terminal, made when there is none. The last ones asked for stay. */
  async open(consoleId: string): Promise<TerminalSession> {
    const { createTerminalSession } = await loadTerminal();
    await fontLoaded(this.#appearance.fontSizePx);
    const session =
      this.#sessions.get(consoleId) ??
      createTerminalSession(consoleId, this.#data, this.#client, this.#appearance, this.#typing);
    session.setTimes(this.#times);
    this.#sessions.delete(consoleId);
    this.#sessions.set(consoleId, session);
    this.#dropColdest();
    return session;
  }

  peek(consoleId: string): TerminalSession | null {
    return this.#sessions.get(consoleId) ?? null;
  }

  get appearance(): Appearance {
    return this.#appearance;
  }

  setAppearance(appearance: Appearance): void {
    this.#appearance = appearance;
    for (const session of this.#sessions.values()) session.setAppearance(appearance);
  }

  /** What their margins tell of each line. */
  setTimes(times: TimesMode): void {
    this.#times = times;
    for (const session of this.#sessions.values()) session.setTimes(times);
  }

  /** Closes the terminals of boards that are no more. */
  keepOnly(boards: readonly { readonly boardId: string }[]): void {
    const kept = new Set(boards.map((board) => board.boardId));
    for (const [consoleId, session] of this.#sessions) {
      if (!kept.has(consoleId.split('.')[0] ?? '')) this.#drop(consoleId, session);
    }
  }

  #dropColdest(): void {
    for (const [consoleId, session] of this.#sessions) {
      if (this.#sessions.size <= maxWarmSessions) return;
      if (!session.shown && !this.#held.has(consoleId)) this.#drop(consoleId, session);
    }
  }

  #drop(consoleId: string, session: TerminalSession): void {
    this.#sessions.delete(consoleId);
    session.dispose();
  }
}

/** xterm measures its cells once, when it opens: with another font in place every column would be off. */
async function fontLoaded(fontSizePx: number): Promise<void> {
  const patience = new Promise((resolve) => setTimeout(resolve, 1000));
  const font = `${fontSizePx}px "JetBrains Mono"`;
  await Promise.race([
    Promise.all([document.fonts.load(font), document.fonts.load(`bold ${font}`)]),
    patience,
  ]).catch(
    () => undefined, // a missing font is no reason for a missing console
  );
}

/** Also called once the window is painted, so that the first console opens without a wait. */
export function loadTerminal(): Promise<typeof import('./terminalSession.ts')> {
  return import('./terminalSession.ts');
}
