/** The first of `stem-1`, `stem-2` ... that no board has. */
export function freeName(stem: string, taken: readonly string[]): string {
  const names = new Set(taken);
  let number = 1;
  while (names.has(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

/** A board name made from what a port calls itself: `FT232R USB UART` becomes `ft232r-usb-uart`. */
export function nameFromText(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
}
