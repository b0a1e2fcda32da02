import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { base64Bytes } from './base64.ts';
import { labErrors, writingErrors } from './errors.ts';
import { boardId, boardRef, consoleId, consoleRef, timestampMs } from './ids.ts';
import { lease } from './leases.ts';
import { sharingState } from './sharing.ts';

const { NOT_FOUND, BAD_REQUEST } = labErrors;

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
    /** Where what is still kept begins: older files were let go. */
    startOffset: z.int(),
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
  /** Who writes; null: nobody. */
  lease: lease.nullable(),
  sharing: sharingState,
  /** What the line can do beside bytes. */
  can: z.object({ sendBreak: z.boolean(), setSignals: z.boolean() }),
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

export const consoleInput = z
  .strictObject({
    consoleId: consoleRef,
    text: z.string().max(maxInputBytes).optional(),
    base64: base64Bytes(maxInputBytes).optional(),
  })
  .refine((i) => (i.text === undefined) !== (i.base64 === undefined), {
    path: ['text'],
    message: 'give either text or base64',
  });

export const recordingTimes = z.object({
  /** Bytes from `offset` on were printed at `atMs`; ascending offsets. At most 20,000, evenly thinned beyond. */
  points: z.array(z.object({ offset: z.int(), atMs: timestampMs })),
  /** Everything else, ascending. At most 5,000, the newest. */
  events: z.array(
    z.object({
      kind: z.enum(['tx', 'power', 'led', 'connect', 'mark', 'gap', 'clock']),
      offset: z.int(),
      atMs: timestampMs,
      /** For people: `power on`, `typed by nightly-ci: reset`. */
      text: z.string(),
    }),
  ),
  /** When the board was last switched on before `from`; null: never, as far as the recording tells. */
  poweredOnAtMs: timestampMs.nullable(),
});
export type RecordingTimes = z.infer<typeof recordingTimes>;

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
    .errors(writingErrors)
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
  mark: oc
    .route({ method: 'POST', path: '/consoles/{consoleId}/marks', summary: 'Put a mark into the recording' })
    .errors({ NOT_FOUND, BAD_REQUEST })
    .input(z.strictObject({ consoleId: consoleRef, text: z.string().trim().min(1).max(200) }))
    .output(z.object({ offset: z.int() })),
  /** What happened beside the bytes, for the margin and the marks list. */
  times: oc
    .route({
      method: 'GET',
      path: '/consoles/{consoleId}/times',
      summary: 'When the bytes between two offsets were printed, and what else happened there',
    })
    .errors({ NOT_FOUND, BAD_REQUEST })
    .input(
      z.strictObject({
        consoleId: consoleRef,
        from: z.coerce.number().int().min(0),
        to: z.coerce.number().int().min(0),
      }),
    )
    .output(recordingTimes),
  changes: oc
    .route({ method: 'GET', path: '/events/consoles', summary: 'Consoles, now and at each change (events)' })
    .output(eventIterator(consolesChange)),
};
