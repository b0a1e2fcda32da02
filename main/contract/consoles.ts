import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { boardId, boardRef, consoleId, consoleRef, timestampMs } from './ids.ts';

const { NOT_FOUND, BAD_REQUEST, POWERED_OFF, DEVICE_GONE, DEVICE_BUSY, PERMISSION_DENIED, LEASED, TIMEOUT } =
  labErrors;

/** How the line stands. Every state but `open` says why in `reason`. */
export const consoleState = z.enum(['open', 'opening', 'unplugged', 'busy', 'denied', 'off', 'failed']);
export type ConsoleState = z.infer<typeof consoleState>;

export const consoleInfo = z.object({
  consoleId,
  boardId,
  name: z.string(),
  state: consoleState,
  reason: z.string().nullable(),
  hint: z.string().nullable(),
  /** The node it is open on now, where there is one. */
  device: z.string().nullable(),
  recording: z.object({
    /** Bytes ever printed: the offset the next byte will have. */
    endOffset: z.int(),
    /** `paused`: the disk refuses bytes; the console goes on. */
    state: z.enum(['recording', 'paused']),
    reason: z.string().nullable(),
    /** Bytes that could not be recorded since the core started. */
    lostBytes: z.int(),
  }),
  /** When the board last printed; null when it has not since the core started. */
  lastOutputAtMs: timestampMs.nullable(),
});
export type ConsoleInfo = z.infer<typeof consoleInfo>;

export const consoleListItem = consoleInfo;

/** What a terminal replays to show what was on screen: raw bytes from a line's start up to `endOffset`. */
export const consoleSnapshot = z.object({
  consoleId,
  fromOffset: z.int(),
  endOffset: z.int(),
  base64: z.string(),
});
export type ConsoleSnapshot = z.infer<typeof consoleSnapshot>;

/** Up to 64 KiB in one go: more is a file transfer, not typing. */
export const maxInputBytes = 64 * 1024;
const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const consoleInput = z
  .strictObject({
    consoleId: consoleRef,
    text: z.string().max(maxInputBytes).optional(),
    base64: z
      .string()
      .max(Math.ceil(maxInputBytes / 3) * 4)
      .regex(base64Pattern, 'not base64')
      .optional(),
  })
  .refine((i) => (i.text === undefined) !== (i.base64 === undefined), {
    path: ['text'],
    message: 'give either text or base64',
  });

/** First every console, then the ones that changed or (`null` info) went. */
export const consolesChange = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), revision: z.int(), consoles: z.array(consoleInfo) }),
  z.object({ type: z.literal('console'), revision: z.int(), consoleId, info: consoleInfo.nullable() }),
]);
export type ConsolesChange = z.infer<typeof consolesChange>;

export const consolesContract = {
  list: oc
    .route({ method: 'GET', path: '/boards/{boardId}/consoles', summary: "A board's consoles" })
    .errors({ NOT_FOUND })
    .input(z.strictObject({ boardId: boardRef }))
    .output(z.array(consoleListItem)),
  /** The core opens every line by itself; this asks again at once, after a cable or a right was mended. */
  open: oc
    .route({ method: 'POST', path: '/consoles/{consoleId}/open', summary: 'Open the line now' })
    .errors({ NOT_FOUND })
    .input(z.strictObject({ consoleId: consoleRef }))
    .output(consoleInfo),
  input: oc
    .route({
      method: 'POST',
      path: '/consoles/{consoleId}/input',
      summary: 'Type; answers once the kernel has taken every byte',
    })
    .errors({
      NOT_FOUND,
      BAD_REQUEST,
      POWERED_OFF,
      DEVICE_GONE,
      DEVICE_BUSY,
      PERMISSION_DENIED,
      LEASED,
      TIMEOUT,
    })
    .input(consoleInput)
    .output(z.object({ bytes: z.int().describe('how many were sent') })),
  snapshot: oc
    .route({ method: 'GET', path: '/consoles/{consoleId}/snapshot', summary: 'The last bytes, to replay' })
    .errors({ NOT_FOUND })
    .input(
      z.strictObject({
        consoleId: consoleRef,
        maxBytes: z.coerce
          .number()
          .int()
          .min(1)
          .max(1024 * 1024)
          .default(256 * 1024),
      }),
    )
    .output(consoleSnapshot),
  changes: oc
    .route({ method: 'GET', path: '/events/consoles', summary: 'Consoles, now and at each change (events)' })
    .output(eventIterator(consolesChange)),
};
