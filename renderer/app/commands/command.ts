import type { LucideIcon } from 'lucide-react';

/** One thing the user can do: shown in the palette, bound to a key, chosen from the menu, told in a tooltip. */
export interface Command {
  /** `board.power.on:virtual-1`: what it does, and to which board where it is not the selected one. */
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly icon: LucideIcon;
  /** More words to find it by. */
  readonly keywords?: string;
  /** As in `Ctrl+Shift+P`; only those with Ctrl+Shift work in a focused terminal. */
  readonly shortcut?: string;
  /** Among the first ones the palette shows, before anything is typed. */
  readonly first?: boolean;
  /** Why it can't be done now; shown in its place. */
  readonly blocked?: string | undefined;
  /** Rejects with what the core said. */
  run(): unknown;
}

/** What the native menu may ask for, through `labdeckShell.onCommand`. */
export const menuCommandIds = [
  'power.toggle',
  'power.cycle',
  'board.add',
  'app.settings',
  'view.palette',
  'view.inspector',
  'view.fontLarger',
  'view.fontSmaller',
  'terminal.focus',
  'terminal.search',
] as const;
