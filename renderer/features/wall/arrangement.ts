import type { Board, ConsoleInfo, PowerReading, WallLayout } from '../../../main/contract/index.ts';
import { compareNames, shownName } from '../boards/groupBoards.ts';

/** More live terminals than this at once help nobody who did not ask for them. */
const mostAtFirst = 12;
/** As many as a layout holds. */
export const mostTiles = 256;

/** Narrower than this a tile shows half lines; lower, not even a prompt with its answer. */
const leastTileWidthPx = 360;
const leastTileHeightPx = 190;

/** What a wall shows before anybody arranged it: what is on, else the first ones there are. */
export function firstTiles(
  boards: readonly Board[],
  power: Readonly<Record<string, PowerReading>>,
  consoles: Readonly<Record<string, ConsoleInfo>>,
): string[] {
  const on = tilesOf(
    boards.filter((board) => power[board.boardId]?.known === 'on'),
    consoles,
  );
  return (on.length > 0 ? on : tilesOf(boards, consoles)).slice(0, mostAtFirst);
}

/** Every console of these boards, by the name people see. */
export function tilesOf(boards: readonly Board[], consoles: Readonly<Record<string, ConsoleInfo>>): string[] {
  const all = Object.values(consoles);
  return [...boards]
    .sort((a, b) => compareNames(shownName(a), shownName(b)))
    .flatMap((board) => all.filter((info) => info.boardId === board.boardId))
    .map((info) => info.consoleId);
}

/** Moves `tile` to where `target` is; what lies between makes room. */
export function moveTile(tiles: readonly string[], tile: string, target: string): string[] {
  const to = tiles.indexOf(target);
  if (to === -1 || !tiles.includes(tile)) return [...tiles];
  const others = tiles.filter((each) => each !== tile);
  others.splice(to, 0, tile);
  return others;
}

/** One place to the left or right; it stays where the wall ends. */
export function stepTile(tiles: readonly string[], tile: string, by: 1 | -1): string[] {
  const target = tiles[tiles.indexOf(tile) + by];
  return target === undefined || !tiles.includes(tile) ? [...tiles] : moveTile(tiles, tile, target);
}

/** How many tiles side by side: the fixed number, or what makes them closest to a terminal's shape. */
export function columnsFor(count: number, fixed: number, width: number, height: number): number {
  if (count === 0) return 1;
  if (fixed > 0) return Math.min(fixed, count);
  const widest = Math.max(1, Math.floor(width / leastTileWidthPx));
  let best = 1;
  let bestOff = Number.POSITIVE_INFINITY;
  for (let columns = 1; columns <= Math.min(widest, count); columns += 1) {
    const tileHeight = Math.max(leastTileHeightPx, height / Math.ceil(count / columns));
    const off = Math.abs(Math.log(width / columns / tileHeight / terminalShape));
    if (off < bestOff) {
      best = columns;
      bestOff = off;
    }
  }
  return best;
}

/** 80 columns by 24 lines, in CSS pixels of a common font. */
const terminalShape = 1.7;

/** Smaller letters where tiles are narrow: some 80 columns are worth more than large ones. */
export function tileFontPx(tileWidthPx: number, settingPx: number): number {
  const fits = Math.floor(tileWidthPx / 80 / 0.6);
  return Math.max(Math.min(settingPx, 9), Math.min(settingPx, fits));
}

/** Saves a layout under its name: in its old place, or last. */
export function withLayout(walls: readonly WallLayout[], layout: WallLayout): WallLayout[] {
  const known = walls.some((each) => each.name === layout.name);
  return known ? walls.map((each) => (each.name === layout.name ? layout : each)) : [...walls, layout];
}

export function sameLayout(a: WallLayout, b: WallLayout): boolean {
  return (
    a.columns === b.columns &&
    a.view === b.view &&
    a.tiles.length === b.tiles.length &&
    a.tiles.every((tile, index) => tile === b.tiles[index])
  );
}
