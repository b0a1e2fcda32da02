import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { timestampMs } from './ids.ts';

/** Something the user should know though nobody asked: a file set aside, a disk that filled. */
export const notice = z.object({
  noticeId: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  title: z.string(),
  text: z.string(),
  atMs: timestampMs,
});
export type Notice = z.infer<typeof notice>;

export const about = z.object({
  version: z.string(),
  host: z.enum(['desktop', 'headless']),
  pid: z.int(),
  startedAtMs: timestampMs,
  node: z.string(),
  platform: z.string(),
  dataDir: z.string(),
  /** Which virtual boards can run here; a reason where one can't. */
  virtual: z.object({
    sim: z.object({ available: z.literal(true) }),
    qemu: z.discriminatedUnion('available', [
      z.object({ available: z.literal(true) }),
      z.object({ available: z.literal(false), reason: z.string(), hint: z.string() }),
    ]),
  }),
});
export type About = z.infer<typeof about>;

export const health = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  uptimeMs: z.number(),
  notices: z.array(notice),
});
export type Health = z.infer<typeof health>;

export const aboutContract = {
  about: oc.route({ method: 'GET', path: '/about', summary: 'Version, host, folders' }).output(about),
  health: oc.route({ method: 'GET', path: '/health', summary: 'Is all well' }).output(health),
  /** Notices that stand, now and at each change. */
  notices: oc
    .route({ method: 'GET', path: '/events/notices', summary: 'Notices, now and at each change (events)' })
    .output(eventIterator(z.array(notice))),
  dismiss: oc
    .route({
      method: 'DELETE',
      path: '/notices/{noticeId}',
      successStatus: 204,
      summary: 'Put a notice away',
    })
    .input(z.strictObject({ noticeId: z.string() }))
    .output(z.void()),
};
