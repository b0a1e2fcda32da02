import { expect, test } from 'vitest';
import { WallControl } from './wallControl.ts';

function wallOf(...tiles: string[]): WallControl {
  const wall = new WallControl();
  wall.add(tiles);
  return wall;
}

test('a key goes to every chosen console when pressed in one of them, and to one alone elsewhere', () => {
  const wall = wallOf('a', 'b', 'c');
  expect(wall.together('a')).toEqual(['a']);
  wall.typeTo(['a', 'b']);
  expect(wall.together('a')).toEqual(['a', 'b']);
  expect(wall.together('c')).toEqual(['c']);
  wall.toggleTypingTo('c');
  expect(wall.together('c')).toEqual(['a', 'b', 'c']);
  wall.toggleTypingTo('a');
  expect(wall.together('a')).toEqual(['a']);
  wall.typeTo(null);
  expect(wall.together('b')).toEqual(['b']);
});

test('a tile that goes takes its part in typing, its focus and its size with it', () => {
  const wall = wallOf('a', 'b');
  wall.focus('a');
  wall.toggleMaximised('a');
  wall.typeTo(['a', 'b']);
  wall.remove(['a']);
  expect(wall.store.getState()).toMatchObject({ focused: null, maximised: null, typingTo: ['b'] });
});

test('another layout never inherits that one types to many', () => {
  const wall = wallOf('a', 'b');
  wall.typeTo(['a', 'b']);
  wall.show({ name: 'rack', tiles: ['a', 'b'], columns: 2, view: 'tiles' });
  expect(wall.store.getState()).toMatchObject({ typingTo: null, untouched: false });
});

test('a console stands on the wall once', () => {
  const wall = wallOf('a', 'b');
  wall.add(['b', 'c']);
  expect(wall.store.getState().layout.tiles).toEqual(['a', 'b', 'c']);
});
