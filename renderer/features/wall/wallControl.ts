import { createStore, type StoreApi } from 'zustand/vanilla';
import type { WallLayout } from '../../../main/contract/index.ts';
import { remember, remembered } from '../../lib/stores/remembered.ts';
import { mostTiles, moveTile, stepTile } from './arrangement.ts';

export interface WallState {
  /** What stands on the wall now; its name is that of the saved layout it came from, empty where it is none. */
  readonly layout: WallLayout;
  /** Nobody has arranged anything yet. */
  readonly untouched: boolean;
  /** The tile that had the focus last. */
  readonly focused: string | null;
  readonly maximised: string | null;
  /** The consoles that get every key; null: each key goes to one console. */
  readonly typingTo: readonly string[] | null;
}

const empty: WallLayout = { name: '', tiles: [], columns: 0, view: 'tiles' };

/** This window's wall. Saved layouts live in the core's settings; what is on the wall now lives here. */
export class WallControl {
  readonly store: StoreApi<WallState>;

  constructor() {
    const layout = rememberedLayout();
    this.store = createStore(() => ({
      layout: layout ?? empty,
      untouched: layout === null,
      focused: null,
      maximised: null,
      typingTo: null,
    }));
  }

  /** Shows a layout as it is; typing to many ends, since it was meant for the tiles before. */
  show(layout: WallLayout): void {
    this.store.setState({ maximised: null, typingTo: null });
    this.change(layout);
  }

  change(part: Partial<WallLayout>): void {
    const layout = { ...this.store.getState().layout, ...part };
    const there = (tile: string | null) => (tile !== null && layout.tiles.includes(tile) ? tile : null);
    this.store.setState((state) => ({
      layout,
      untouched: false,
      focused: there(state.focused),
      maximised: there(state.maximised),
      typingTo: state.typingTo?.filter((tile) => layout.tiles.includes(tile)) ?? null,
    }));
    remember('wall', JSON.stringify(layout));
  }

  add(tiles: readonly string[]): void {
    const { layout } = this.store.getState();
    const added = tiles.filter((tile) => !layout.tiles.includes(tile));
    this.change({ tiles: [...layout.tiles, ...added].slice(0, mostTiles) });
  }

  remove(tiles: readonly string[]): void {
    const { layout } = this.store.getState();
    this.change({ tiles: layout.tiles.filter((tile) => !tiles.includes(tile)) });
  }

  move(tile: string, target: string): void {
    this.change({ tiles: moveTile(this.store.getState().layout.tiles, tile, target) });
  }

  step(tile: string, by: 1 | -1): void {
    this.change({ tiles: stepTile(this.store.getState().layout.tiles, tile, by) });
  }

  focus(tile: string): void {
    if (this.store.getState().focused !== tile) this.store.setState({ focused: tile });
  }

  toggleMaximised(tile: string): void {
    this.store.setState(({ maximised }) => ({ maximised: maximised === tile ? null : tile }));
  }

  /** From now on every key pressed in one of them goes to all of them. */
  typeTo(consoleIds: readonly string[] | null): void {
    this.store.setState({ typingTo: consoleIds });
  }

  toggleTypingTo(tile: string): void {
    this.store.setState(({ typingTo }) => {
      if (typingTo === null) return {};
      const without = typingTo.filter((each) => each !== tile);
      return { typingTo: without.length === typingTo.length ? [...typingTo, tile] : without };
    });
  }

  /** Where a key pressed in `consoleId` goes. A tile that was not chosen types alone. */
  together(consoleId: string): readonly string[] {
    const { typingTo } = this.store.getState();
    return typingTo?.includes(consoleId) === true ? typingTo : [consoleId];
  }
}

function rememberedLayout(): WallLayout | null {
  try {
    const { name, tiles, columns, view } = JSON.parse(remembered('wall') ?? '') as WallLayout;
    if (!Array.isArray(tiles) || !Number.isInteger(columns)) return null;
    return {
      name: String(name),
      tiles: tiles.map(String),
      columns,
      view: view === 'tabs' ? 'tabs' : 'tiles',
    };
  } catch {
    // nothing remembered, or by a Labdeck that wrote it otherwise: the wall starts anew
    return null;
  }
}
