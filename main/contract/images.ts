import { oc } from '@orpc/contract';
import { z } from 'zod';
import { engineErrors, labErrors } from './errors.ts';
import { timestampMs } from './ids.ts';

const { CONFLICT } = labErrors;

/** An image instances share, by its content. */
export const instanceImage = z.object({
  imageId: z.string(),
  title: z.string(),
  version: z.string().nullable(),
  sizeBytes: z.number(),
  createdAtMs: timestampMs,
  /** `base`: what images are built on. */
  role: z.enum(['instance', 'base']),
  usedBy: z.array(z.string()).describe('names of instances'),
});
export type InstanceImage = z.infer<typeof instanceImage>;

export const imagesContract = {
  list: oc
    .route({ method: 'GET', path: '/images', summary: 'Images Labdeck made, used or not' })
    .errors(engineErrors)
    .output(z.array(instanceImage)),
  prune: oc
    .route({ method: 'POST', path: '/images/prune', summary: 'Remove the images nobody uses' })
    .errors({ CONFLICT, ...engineErrors })
    .output(z.object({ removed: z.array(z.string()), freedBytes: z.number() })),
};
