import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { consoleRef } from './ids.ts';

const { NOT_FOUND, BAD_REQUEST } = labErrors;

/** `raw`: exactly as printed; `text`: lines, without escape sequences; `asciicast`: version 2, to play again. */
export const exportFormat = z.enum(['raw', 'text', 'asciicast']);
export type ExportFormat = z.infer<typeof exportFormat>;

/** What stands before each line of a text: the host's clock, since the line before, since power-on. */
export const exportTimes = z.enum(['none', 'host', 'delta', 'power-on']);
export type ExportTimes = z.infer<typeof exportTimes>;

const offset = z.coerce.number().int().min(0);

export const exportRequest = z.strictObject({
  consoleId: consoleRef,
  format: exportFormat.default('raw'),
  times: exportTimes.default('host'),
  from: offset.default(0).describe('byte offset'),
  to: offset.optional().describe('byte offset; what is printed now ends it where left out'),
});
export type ExportRequest = z.infer<typeof exportRequest>;

/** First what is coming, then the pieces in order. */
export const exportEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('began'),
    /** What was asked for, within what is still kept. */
    fromOffset: z.int(),
    toOffset: z.int(),
  }),
  z.object({ type: z.literal('piece'), base64: z.string() }),
]);
export type ExportEvent = z.infer<typeof exportEvent>;

export const exportsContract = {
  /**
   * The same as `GET /consoles/{consoleId}/recording`, for a client that has no HTTP, as a desktop window. Part of
   * a recording is read this way too.
   */
  stream: oc
    .route({
      method: 'GET',
      path: '/events/consoles/{consoleId}/recording',
      summary: 'A recording, or part of it, in pieces (events)',
    })
    .errors({ NOT_FOUND, BAD_REQUEST })
    .input(exportRequest)
    .output(eventIterator(exportEvent)),
};
