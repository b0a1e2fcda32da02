/**
 * Small things this window's machine remembers by itself (panel open, last board). The core keeps all that
 * matters; without storage, as in a private window, the defaults serve.
 */
export function remembered(key: string): string | null {
  try {
    return window.localStorage.getItem(`labdeck.${key}`);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    window.localStorage.setItem(`labdeck.${key}`, value);
  } catch {
    // no storage: forgotten, as said above
  }
}
