import { expect, test } from 'vitest';
import type { Board, ConsoleInfo, PowerReading, WallLayout } from '../../../main/contract/index.ts';
import {
  columnsFor,
  firstTiles,
  moveTile,
  sameLayout,
  stepTile,
  tileFontPx,
  tilesOf,
  withLayout,
} from './arrangement.ts';

const board = (boardId: string) => ({ boardId, name: boardId, displayName: '' }) as unknown as Board;
const consolesOf = (...ids: string[]) =>
  Object.fromEntries(
    ids.map((consoleId) => [
      consoleId,
      { consoleId, boardId: consoleId.split('.')[0] } as unknown as ConsoleInfo,
    ]),
  );
const power = (states: Record<string, string>) =>
  Object.fromEntries(Object.entries(states).map(([id, known]) => [id, { known } as unknown as PowerReading]));

test('a new wall shows what is on, in the order of names; nothing on: what there is, bounded', () => {
  const boards = ['b-10', 'b-2', 'a'].map(board);
  const consoles = consolesOf('b-10.main', 'b-2.main', 'b-2.firmware', 'a.main');
  expect(firstTiles(boards, power({ 'b-10': 'on', 'b-2': 'on', a: 'off' }), consoles)).toEqual([
    'b-2.main',
    'b-2.firmware',
    'b-10.main',
  ]);
  expect(firstTiles(boards, {}, consoles)).toEqual(tilesOf(boards, consoles));
  const many = Array.from({ length: 64 }, (_, index) => `v-${index}`);
  const all = consolesOf(...many.map((id) => `${id}.main`));
  expect(firstTiles(many.map(board), {}, all)).toHaveLength(12);
});

test('a tile takes the place it was dropped on, and the others make room', () => {
  const tiles = ['a', 'b', 'c', 'd'];
  expect(moveTile(tiles, 'a', 'c')).toEqual(['b', 'c', 'a', 'd']);
  expect(moveTile(tiles, 'd', 'b')).toEqual(['a', 'd', 'b', 'c']);
  expect(moveTile(tiles, 'b', 'b')).toEqual(tiles);
  expect(moveTile(tiles, 'x', 'b')).toEqual(tiles);
});

test('a tile steps left and right by keys, and not over the ends', () => {
  expect(stepTile(['a', 'b', 'c'], 'b', 1)).toEqual(['a', 'c', 'b']);
  expect(stepTile(['a', 'b', 'c'], 'b', -1)).toEqual(['b', 'a', 'c']);
  expect(stepTile(['a', 'b'], 'b', 1)).toEqual(['a', 'b']);
  expect(stepTile(['a', 'b'], 'a', -1)).toEqual(['a', 'b']);
  expect(stepTile(['a', 'b'], 'x', 1)).toEqual(['a', 'b']);
});

test('columns follow the window unless they are fixed', () => {
  expect(columnsFor(1, 0, 1400, 800)).toBe(1);
  expect(columnsFor(4, 0, 1400, 800)).toBe(2);
  expect(columnsFor(8, 0, 1400, 800)).toBe(3);
  expect(columnsFor(8, 0, 700, 500)).toBe(1);
  expect(columnsFor(8, 4, 700, 500)).toBe(4);
  expect(columnsFor(2, 4, 700, 500)).toBe(2);
  expect(columnsFor(0, 0, 0, 0)).toBe(1);
});

test('letters shrink with their tile, never below what can be read, never above the setting', () => {
  expect(tileFontPx(1400, 13)).toBe(13);
  expect(tileFontPx(520, 13)).toBe(10);
  expect(tileFontPx(300, 13)).toBe(9);
  expect(tileFontPx(300, 8)).toBe(8);
});

test('a layout is saved in its place, and known again', () => {
  const layout = (name: string, tiles: string[]): WallLayout => ({ name, tiles, columns: 0, view: 'tiles' });
  const [left, right] = [layout('left', ['a']), layout('right', ['b'])];
  expect(withLayout([left, right], layout('left', ['c']))).toEqual([layout('left', ['c']), right]);
  expect(withLayout([left], right)).toEqual([left, right]);
  expect(sameLayout(left, layout('other name', ['a']))).toBe(true);
  expect(sameLayout(left, { ...left, columns: 2 })).toBe(false);
  expect(sameLayout(left, right)).toBe(false);
});
