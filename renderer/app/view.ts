import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DoctorFix } from '../../main/contract/index.ts';
import { teachMemory } from '../features/teach/teachMemory.ts';
import { remember, remembered } from '../lib/stores/remembered.ts';
import type { ConsoleDialog } from './consoleDialog.ts';
import type { InstanceDialog } from './instanceDialog.ts';
import type { PowerDialog } from './powerDialog.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';
import { TypeAhead } from './typeAhead.ts';

export type Dialog =
  | ConsoleDialog
  | InstanceDialog
  | PowerDialog
  | { readonly kind: 'doctor-fix'; readonly fix: DoctorFix }
  | { readonly kind: 'add-board'; readonly portId: string | null }
  | { readonly kind: 'teach' }
  | { readonly kind: 'connections'; readonly boardId: string }
  | { readonly kind: 'remove-board'; readonly boardId: string };

/** What this window shows and nobody else needs to know. */
export interface ViewState {
  readonly route: Route;
  /** The console each board's tab stands on. */
  readonly consoleOf: Readonly<Record<string, string>>;
  readonly inspectorOpen: boolean;
  /** The board list where there is only room for it over the workspace. */
  readonly listOpen: boolean;
  readonly paletteOpen: boolean;
  readonly searchOpen: boolean;
  readonly dialog: Dialog | null;
  /** A paste of many lines is shown first. */
  readonly asksBeforePaste: boolean;
  readonly screenReaderMode: boolean;
}

/** From here up the inspector has a column of its own and may stand open by itself. */
const wideWindowPx = 1400;

export class View {
  readonly store: StoreApi<ViewState>;
  #terminalWantsFocus = false;
  #focusBefore: HTMLElement | null = null;
  /** For the palette's field, which is not there at once. */
  readonly typeAhead = new TypeAhead(window);

  constructor() {
    const open = remembered('inspector');
    this.store = createStore(() => ({
      route: parseRoute(window.location.hash),
      consoleOf: {},
      inspectorOpen: open === null ? window.innerWidth >= wideWindowPx : open === 'open',
      listOpen: false,
      paletteOpen: false,
      searchOpen: false,
      // A reload in the middle of teaching goes on where it was.
      dialog: teachMemory.read()?.open === true ? { kind: 'teach' } : null,
      asksBeforePaste: true,
      screenReaderMode: remembered('screenReaderMode') === 'on',
    }));
    window.addEventListener('hashchange', () => {
      this.store.setState({ route: parseRoute(window.location.hash) });
    });
  }

  go(route: Route): void {
    this.store.setState({ route, listOpen: false, searchOpen: false });
    window.history.replaceState(null, '', formatRoute(route));
    if (route.page === 'bench' && route.boardId !== null) remember('board', route.boardId);
  }

  selectBoard(boardId: string | null): void {
    this.go({ page: 'bench', boardId });
  }

  /** Selects a board to type to: its terminal takes the focus as soon as it is there. */
  typeTo(boardId: string): void {
    const { route } = this.store.getState();
    // A terminal that is there already won't come up again, and the wish must not wait for another.
    this.#terminalWantsFocus = route.page !== 'bench' || route.boardId !== boardId;
    this.selectBoard(boardId);
  }

  /** True once after `typeTo`, for the terminal that comes up next. */
  takeFocusRequest(): boolean {
    const wanted = this.#terminalWantsFocus;
    this.#terminalWantsFocus = false;
    return wanted;
  }

  selectConsole(boardId: string, consoleId: string): void {
    this.store.setState((state) => ({ consoleOf: { ...state.consoleOf, [boardId]: consoleId } }));
  }

  show(dialog: Dialog | null): void {
    this.store.setState({ dialog });
  }

  toggleInspector(): void {
    const inspectorOpen = !this.store.getState().inspectorOpen;
    this.store.setState({ inspectorOpen });
    remember('inspector', inspectorOpen ? 'open' : 'closed');
  }

  setScreenReaderMode(on: boolean): void {
    this.store.setState({ screenReaderMode: on });
    remember('screenReaderMode', on ? 'on' : 'off');
  }

  /** Takes the focus away at once: what is typed before the palette is up must not reach a board. */
  openPalette(): void {
    if (this.store.getState().paletteOpen) return;
    const focused = document.activeElement;
    this.#focusBefore = focused instanceof HTMLElement ? focused : null;
    this.#focusBefore?.blur();
    this.typeAhead.start();
    this.store.setState({ paletteOpen: true });
  }

  closePalette(): void {
    if (!this.store.getState().paletteOpen) return;
    this.typeAhead.take();
    this.store.setState({ paletteOpen: false });
    this.#focusBefore?.focus();
  }

  set(part: Partial<Pick<ViewState, 'listOpen' | 'searchOpen' | 'asksBeforePaste'>>): void {
    this.store.setState(part);
  }
}
