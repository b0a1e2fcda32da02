import { join } from 'node:path';

/** The checkout. This code runs as dist/bench/main.js, or beside it. */
export const root = join(import.meta.dirname, '..', '..');

/** A process of its own that is part of the bench, built beside this code (vite.bench.config.ts). */
export function childScript(name: 'generator' | 'roundTrips'): string {
  return join(root, 'dist', 'bench', `${name}.js`);
}
