import { oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { consoleRef, timestampMs } from './ids.ts';

const { NOT_FOUND, BAD_REQUEST, LEASED } = labErrors;

/** Someone who can hold a lease: one window, one telnet connection, one script. */
export const client = z.object({
  clientId: z.string(),
  /** For people: `this computer`, `telnet 127.0.0.1:51234`, `nightly-ci`. */
  who: z.string(),
});
export type Client = z.infer<typeof client>;

/**
 * The one writer of a console. `typing`: taken by typing into it; once nobody has typed for a while it is idle
 * and the next who types has it. `taken`: asked for by name; nobody gets past it without a take-over.
 */
export const lease = z.object({
  holder: client,
  kind: z.enum(['typing', 'taken']),
  why: z.string(),
  sinceMs: timestampMs,
  /** When it ends unless it is taken again; null: with its client. */
  untilMs: timestampMs.nullable(),
  /** Free for whoever types next. */
  idle: z.boolean(),
  /** Who would like to have it, first come first. The first gets it when it is released. */
  asks: z.array(z.object({ client, why: z.string(), sinceMs: timestampMs })),
});
export type Lease = z.infer<typeof lease>;

const why = z.string().trim().max(200).default('');

export const leasesContract = {
  me: oc.route({ method: 'GET', path: '/client', summary: 'Who you are to the leases' }).output(client),
  read: oc
    .route({ method: 'GET', path: '/consoles/{consoleId}/lease', summary: 'Who may write; null: nobody yet' })
    .errors({ NOT_FOUND })
    .input(z.strictObject({ consoleId: consoleRef }))
    .output(lease.nullable()),
  take: oc
    .route({
      method: 'POST',
      path: '/consoles/{consoleId}/lease',
      summary: 'Become the writer; send the leaseId as header Labdeck-Lease afterwards',
    })
    .errors({ NOT_FOUND, BAD_REQUEST, LEASED })
    .input(
      z.strictObject({
        consoleId: consoleRef,
        why,
        takeOver: z.boolean().default(false).describe('take it from whoever holds it; they are told'),
        forMs: z
          .int()
          .min(1_000)
          .max(24 * 3_600_000)
          .optional()
          .describe(
            'ends after this long; without a connection of its own a client always gets an end, 60 s by default',
          ),
      }),
    )
    .output(z.object({ lease, leaseId: z.string().describe('a secret: whoever has it is the holder') })),
  release: oc
    .route({
      method: 'DELETE',
      path: '/consoles/{consoleId}/lease',
      summary: 'Give it back; harmless when you do not hold it. Answers who has it then',
    })
    .errors({ NOT_FOUND })
    .input(z.strictObject({ consoleId: consoleRef }))
    .output(lease.nullable()),
  ask: oc
    .route({
      method: 'POST',
      path: '/consoles/{consoleId}/lease/ask',
      summary: 'Ask its holder for it; a free one is yours at once. Ask again to learn whether you have it',
    })
    .errors({ NOT_FOUND, BAD_REQUEST })
    .input(z.strictObject({ consoleId: consoleRef, why }))
    .output(
      z.object({
        lease,
        leaseId: z.string().nullable().describe('a secret: whoever has it is the holder; null: you wait'),
      }),
    ),
};
