import type { View } from './view.ts';

/** The way out of a terminal, which keeps Tab for the board. */
export function focusBoardList(view: View): void {
  view.set({ listOpen: true });
  requestAnimationFrame(() => {
    const list = document.querySelector('[data-testid="board-list"]');
    const target =
      list?.querySelector<HTMLElement>('[aria-current="true"]') ?? list?.querySelector<HTMLElement>('button');
    // Where no list stands, the wall's own controls are the way out.
    (target ?? document.querySelector<HTMLElement>('[data-leave-terminal]'))?.focus();
  });
}
