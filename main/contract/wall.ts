import { z } from 'zod';

/** Many consoles at once, as the user arranged them. A console that is gone keeps its place. */
export const wallLayout = z.strictObject({
  name: z.string().trim().min(1).max(60),
  /** Console ids in reading order. */
  tiles: z.array(z.string().max(256)).max(256),
  /** Tiles side by side; 0: as many as fit. */
  columns: z.int().min(0).max(12).default(0),
  /** Tiles beside one another, or one tab each. */
  view: z.enum(['tiles', 'tabs']).default('tiles'),
});
export type WallLayout = z.infer<typeof wallLayout>;
