import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { slug, timestampMs } from './ids.ts';
import { debianSuite, gitName, gitRemote } from './instanceSources.ts';

const { NOT_FOUND, NAME_TAKEN, BAD_REQUEST, CONFLICT } = labErrors;

/** What to look at. */
export const watchTarget = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('branches'),
    repository: gitRemote,
    /** `*` stands for anything but a slash, `**` for anything: `feature/*`. */
    pattern: gitName.or(z.string().regex(/^[\w./*-]{1,255}$/)),
  }),
  z.strictObject({
    kind: z.literal('gitlab'),
    /** Of the project: `https://gitlab.example.org/lava/lava`. */
    project: z.url({ protocol: /^https?$/ }).max(2048),
    /** Only requests with this label; null: all that are open. */
    label: z.string().max(255).nullable().default(null),
  }),
]);
export type WatchTarget = z.infer<typeof watchTarget>;

const settings = {
  target: watchTarget,
  everyMinutes: z
    .int()
    .min(1)
    .max(24 * 60)
    .default(10),
  maxInstances: z.int().min(1).max(32).default(3),
  /** Of each instance; null: no limit. */
  memoryLimitBytes: z
    .int()
    .min(256 * 1024 * 1024)
    .nullable()
    .default(null),
  /** Of all its instances together; null: no limit. An instance without a limit counts as 512 MiB. */
  totalMemoryBytes: z
    .int()
    .min(256 * 1024 * 1024)
    .nullable()
    .default(null),
  suite: debianSuite.default('forky'),
  lean: z.boolean().default(true),
};

/** Keeps one instance for each open merge request or matching branch. */
export const watch = z.object({
  watchId: slug,
  ...settings,
  /** Whether a token is kept for it; the token itself is never shown. */
  hasToken: z.boolean(),
  lastLookMs: timestampMs.nullable(),
  problem: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  /** What it saw when it last looked; `waiting`: the limits leave no room. */
  subjects: z.array(
    z.object({
      subject: z.string().describe('`!12`, or the name of a branch'),
      title: z.string(),
      commit: z.string(),
      instance: z.string().nullable(),
      state: z.enum(['kept', 'waiting', 'failed']),
    }),
  ),
});
export type Watch = z.infer<typeof watch>;

export const newWatch = z.strictObject({
  watchId: slug.max(20),
  ...settings,
  /** For GitLab's API and for fetching. Kept in the secret store. */
  token: z.string().max(1024).nullable().default(null),
});
export type NewWatch = z.infer<typeof newWatch>;
export type NewWatchInput = z.input<typeof newWatch>;

const byWatch = z.strictObject({ watchId: z.string().max(64) });

export const watchesContract = {
  list: oc.route({ method: 'GET', path: '/watches', summary: 'Watched repositories' }).output(z.array(watch)),
  add: oc
    .route({ method: 'POST', path: '/watches', successStatus: 201, summary: 'Watch a repository' })
    .errors({ NAME_TAKEN, BAD_REQUEST, CONFLICT })
    .input(newWatch)
    .output(watch),
  remove: oc
    .route({
      method: 'DELETE',
      path: '/watches/{watchId}',
      inputStructure: 'detailed',
      successStatus: 204,
      summary: 'Stop watching; its instances stay unless `instances=remove`',
    })
    .errors({ NOT_FOUND })
    .input(
      z.object({
        params: byWatch,
        query: z
          .strictObject({ instances: z.enum(['keep', 'remove']).default('keep') })
          .default({ instances: 'keep' }),
      }),
    )
    .output(z.void()),
  look: oc
    .route({ method: 'POST', path: '/watches/{watchId}/look', summary: 'Look now' })
    .errors({ NOT_FOUND })
    .input(byWatch)
    .output(watch),
  changes: oc
    .route({ method: 'GET', path: '/events/watches', summary: 'Watches, now and at each change (events)' })
    .output(eventIterator(z.array(watch))),
};
