import type { Lab } from '../../app/lab.ts';

/** Starts with every console of the wall chosen, or ends it; the focus goes where one types. */
export function typeToAll({ wall, bench, terminals }: Lab, on: boolean): void {
  const { layout, focused } = wall.store.getState();
  const { consoles } = bench.getState();
  const there = layout.tiles.filter((tile) => consoles[tile] !== undefined);
  wall.typeTo(on ? there : null);
  const target = focused ?? there[0];
  if (target !== undefined) terminals.peek(target)?.focus();
}
