import { z } from 'zod';
import { newWatch } from '../../contract/index.ts';

/** The last time an instance was made or upgraded for a subject. */
const attempt = z.strictObject({
  commit: z.string(),
  atMs: z.number(),
  /** Of the instance it made, until that was seen installed; null: nothing was begun, or it is well. */
  madeKey: z.string().nullable(),
  /** Why nothing was begun. */
  problem: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
});
export type Attempt = z.infer<typeof attempt>;

const storedWatch = z.strictObject({
  settings: newWatch.omit({ token: true }),
  hasToken: z.boolean(),
  lastLookMs: z.number().nullable(),
  attempts: z.record(z.string(), attempt),
});
export type StoredWatch = z.infer<typeof storedWatch>;
export type WatchSettings = StoredWatch['settings'];

export const watchesDocument = z.strictObject({
  version: z.literal(1),
  watches: z.array(storedWatch),
  /** Watches that are gone and whose instances are to go too, each when nobody works on it. */
  leaving: z.array(z.string()),
});
export type WatchesDocument = z.infer<typeof watchesDocument>;
