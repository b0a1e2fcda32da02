/** Questions about what one does to consoles, their macros and rules. */
export type ConsoleDialog =
  /** What to paste, into all of these. */
  | { readonly kind: 'paste'; readonly consoleIds: readonly string[]; readonly text: string }
  | { readonly kind: 'send-file'; readonly consoleId: string; readonly file: File | null }
  | { readonly kind: 'take-over'; readonly consoleId: string }
  | { readonly kind: 'mark'; readonly consoleId: string }
  | { readonly kind: 'run-macro'; readonly boardId: string; readonly macro: string }
  /** null: a new one. */
  | { readonly kind: 'edit-macro'; readonly boardId: string; readonly macro: string | null }
  | { readonly kind: 'edit-rule'; readonly boardId: string; readonly rule: string | null }
  /** `rename`: the layout on the wall keeps its place under another name. */
  | { readonly kind: 'save-wall'; readonly rename: boolean };

const kinds: Readonly<Record<ConsoleDialog['kind'], true>> = {
  paste: true,
  'send-file': true,
  'take-over': true,
  mark: true,
  'run-macro': true,
  'edit-macro': true,
  'edit-rule': true,
  'save-wall': true,
};

export function isConsoleDialog<T extends { readonly kind: string }>(
  dialog: T,
): dialog is Extract<T, ConsoleDialog> {
  return Object.hasOwn(kinds, dialog.kind);
}
