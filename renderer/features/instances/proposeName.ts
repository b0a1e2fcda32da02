/** The first of `home`, `home-2`, `home-3` ... that nobody has. */
export function proposeName(stem: string, taken: readonly string[]): string {
  const names = new Set(taken);
  if (!names.has(stem)) return stem;
  let number = 2;
  while (names.has(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}
