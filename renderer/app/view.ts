import { createStore, type StoreApi } from 'zustand/vanilla';
import { remember, remembered } from '../lib/stores/remembered.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';

export type Dialog =
  | { readonly kind: 'add-board'; readonly portId: string | null }
  | { readonly kind: 'connections'; readonly boardId: string }
  | { readonly kind: 'remove-board'; readonly boardId: string }
  | { readonly kind: 'power-off'; readonly boardId: string; readonly action: 'off' | 'cycle' };

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
  readonly offMs: number;
  readonly screenReaderMode: boolean;
}

/** From here up the inspector has a column of its own and may stand open by itself. */
const wideWindowPx = 1400;

export class View {
  readonly store: StoreApi<ViewState>;

  constructor() {
    const open = remembered('inspector');
    this.store = createStore(() => ({
      route: parseRoute(window.location.hash),
      consoleOf: {},
      inspectorOpen: open === null ? window.innerWidth >= wideWindowPx : open === 'open',
      listOpen: false,
      paletteOpen: false,
      searchOpen: false,
      dialog: null,
      offMs: 1000,
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

  set(part: Partial<Pick<ViewState, 'listOpen' | 'paletteOpen' | 'searchOpen' | 'offMs'>>): void {
    this.store.setState(part);
  }
}
