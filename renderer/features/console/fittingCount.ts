const gapPx = 5;
const paddingPx = 22;
const characterPx = 7.4;
const longestPx = 180;

/**
 * How many buttons with these names stand side by side in `widthPx`. Reckoned from the letters: measuring would
 * have to draw them first. Where not all fit, `moreWidthPx` is kept for the menu with the rest.
 */
export function fittingCount(names: readonly string[], widthPx: number, moreWidthPx: number): number {
  const widths = names.map((name) => Math.min(longestPx, paddingPx + name.length * characterPx) + gapPx);
  const all = widths.reduce((sum, width) => sum + width, 0);
  if (all <= widthPx) return names.length;
  let left = widthPx - moreWidthPx;
  let count = 0;
  for (const width of widths) {
    left -= width;
    if (left < 0) break;
    count += 1;
  }
  return count;
}
