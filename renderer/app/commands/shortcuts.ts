interface KeyPress {
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

const codes: Readonly<Record<string, string>> = {
  ',': 'Comma',
  '+': 'Equal',
  '-': 'Minus',
  Up: 'ArrowUp',
  Down: 'ArrowDown',
  Left: 'ArrowLeft',
  Right: 'ArrowRight',
};

/** By the key's place, not by what it prints: Shift turns `=` into `+` on one layout and not on another. */
export function matchesShortcut(event: KeyPress, shortcut: string): boolean {
  const parts = shortcut.split('+').filter((part) => part !== '');
  const key = shortcut.endsWith('+') ? '+' : (parts.at(-1) ?? '');
  const code = codes[key] ?? (/^[A-Z]$/.test(key) ? `Key${key}` : key);
  return (
    event.code === code &&
    event.ctrlKey === parts.includes('Ctrl') &&
    event.shiftKey === parts.includes('Shift') &&
    event.altKey === parts.includes('Alt') &&
    !event.metaKey
  );
}

/** A focused terminal owns the keyboard, but for these. */
export function worksInTerminal(shortcut: string): boolean {
  return shortcut.startsWith('Ctrl+Shift+');
}
