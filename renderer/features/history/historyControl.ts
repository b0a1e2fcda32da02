import { createStore, type StoreApi } from 'zustand/vanilla';
import { remember, remembered } from '../../lib/stores/remembered.ts';
import type { TerminalSession } from '../console/terminalSession.ts';

/** What the margin tells of each line: nothing, the host's clock, since the line before, since power-on. */
export type TimesMode = 'off' | 'host' | 'delta' | 'power-on';
export const timesModes: readonly TimesMode[] = ['off', 'host', 'delta', 'power-on'];
export type HistoryTab = 'boots' | 'search' | 'marks';

/** Somewhere in a recording that is worth looking at. */
export interface Place {
  readonly offset: number;
  /** How much of it to point at; 0: the line it is in. */
  readonly bytes: number;
  /** When it was printed, where that is known. */
  readonly atMs: number | null;
}

/** Two boots side by side; what is left out the core chooses: the newest, and the last good one before it. */
export interface ComparedBoots {
  readonly left?: number;
  readonly right?: number;
}

/** How this window looks at what was printed. Per console where it is about one, else for all of them. */
export interface HistoryState {
  readonly dockOpen: boolean;
  readonly dockWidthPx: number;
  readonly tab: HistoryTab;
  readonly times: TimesMode;
  readonly hex: Readonly<Record<string, true>>;
  /** Where a console is read instead of watched; absent: live. */
  readonly places: Readonly<Record<string, Place>>;
  readonly comparisons: Readonly<Record<string, ComparedBoots>>;
  /** Grows with every mark put here: it may be at the recording's end, where nothing else tells of it. */
  readonly marksPut: number;
}

export const narrowestDockPx = 260;
export const widestDockPx = 640;
const usualDockPx = 340;

/** Of the window's terminals: what looking at history needs. */
export interface Terminals {
  peek(consoleId: string): Pick<TerminalSession, 'reveal'> | null;
  setTimes(times: TimesMode): void;
}

export class HistoryControl {
  readonly store: StoreApi<HistoryState>;
  readonly #terminals: Terminals;

  constructor(terminals: Terminals) {
    this.#terminals = terminals;
    this.store = createStore(() => ({
      dockOpen: remembered('history') === 'open',
      dockWidthPx: clampDock(Number(remembered('historyWidth') ?? usualDockPx)),
      tab: 'boots',
      times: timesModes.find((mode) => mode === remembered('times')) ?? 'off',
      hex: {},
      places: {},
      comparisons: {},
      marksPut: 0,
    }));
    terminals.setTimes(this.store.getState().times);
  }

  toggleDock(): void {
    this.#openDock(!this.store.getState().dockOpen);
  }

  show(tab: HistoryTab): void {
    this.store.setState({ tab });
    this.#openDock(true);
  }

  setDockWidth(widthPx: number): void {
    const dockWidthPx = clampDock(widthPx);
    this.store.setState({ dockWidthPx });
    remember('historyWidth', String(dockWidthPx));
  }

  setTimes(times: TimesMode): void {
    this.store.setState({ times });
    this.#terminals.setTimes(times);
    remember('times', times);
  }

  toggleHex(consoleId: string): void {
    this.endComparison(consoleId);
    this.store.setState(({ hex }) => ({ hex: toggled(hex, consoleId) }));
  }

  /** Where the live terminal still holds the line it is shown there, else in a reading view of the recording. */
  jump(consoleId: string, place: Place): void {
    const { hex } = this.store.getState();
    this.endComparison(consoleId);
    const shownLive = !(consoleId in hex) && this.#terminals.peek(consoleId)?.reveal(place.offset) === true;
    if (shownLive) this.backToLive(consoleId);
    else this.store.setState(({ places }) => ({ places: { ...places, [consoleId]: { ...place } } }));
  }

  backToLive(consoleId: string): void {
    this.store.setState(({ places }) => ({ places: without(places, consoleId) }));
  }

  compare(consoleId: string, boots: ComparedBoots = {}): void {
    this.store.setState(({ comparisons }) => ({ comparisons: { ...comparisons, [consoleId]: boots } }));
  }

  endComparison(consoleId: string): void {
    this.store.setState(({ comparisons }) => ({ comparisons: without(comparisons, consoleId) }));
  }

  markPut(): void {
    this.store.setState(({ marksPut }) => ({ marksPut: marksPut + 1 }));
  }

  #openDock(dockOpen: boolean): void {
    this.store.setState({ dockOpen });
    remember('history', dockOpen ? 'open' : 'closed');
  }
}

function clampDock(widthPx: number): number {
  if (!Number.isFinite(widthPx)) return usualDockPx;
  return Math.round(Math.min(widestDockPx, Math.max(narrowestDockPx, widthPx)));
}

function toggled(record: Readonly<Record<string, true>>, key: string): Readonly<Record<string, true>> {
  return key in record ? without(record, key) : { ...record, [key]: true };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _, ...others } = record;
  return others;
}
