import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { consoleRef, timestampMs } from './ids.ts';

const { NOT_FOUND, BAD_REQUEST } = labErrors;

const flag = z.union([
  z.boolean(),
  z.enum(['true', 'false', '1', '0', '']).transform((t) => t === 'true' || t === '1'),
]);
const offset = z.coerce.number().int().min(0);

export const searchQuery = z.strictObject({
  consoleId: consoleRef,
  q: z.string().min(1).max(1000),
  regex: flag.default(false),
  caseSensitive: flag.default(false),
  from: offset.default(0).describe('byte offset'),
  to: offset.optional(),
  limit: z.coerce.number().int().min(1).max(100_000).default(1000),
});
export type SearchQuery = z.infer<typeof searchQuery>;

export const searchMatch = z.object({
  type: z.literal('match'),
  /** Of the match. */
  offset: z.int(),
  bytes: z.int(),
  /** When it was printed. */
  atMs: timestampMs,
  /** The line around it, cut to 400 characters, without control characters. */
  line: z.string(),
  /** Where in `line` it is, in characters. */
  column: z.int(),
  length: z.int(),
});
export type SearchMatch = z.infer<typeof searchMatch>;

export const searchEvent = z.discriminatedUnion('type', [
  searchMatch,
  z.object({ type: z.literal('progress'), searchedBytes: z.int(), totalBytes: z.int() }),
  z.object({
    type: z.literal('done'),
    matches: z.int(),
    /** There are more than `limit`. */
    limited: z.boolean(),
    searchedBytes: z.int(),
    elapsedMs: z.number(),
  }),
]);
export type SearchEvent = z.infer<typeof searchEvent>;

export const searchContract = {
  /** A pattern that takes too long ends with BAD_REQUEST; nothing else waits for it. */
  run: oc
    .route({
      method: 'GET',
      path: '/consoles/{consoleId}/search',
      summary: 'Search all it ever printed, results as they come (events)',
    })
    .errors({ NOT_FOUND, BAD_REQUEST })
    .input(searchQuery)
    .output(eventIterator(searchEvent)),
};
