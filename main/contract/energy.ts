import { oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { boardId, boardRef, timestampMs } from './ids.ts';

const { NOT_FOUND, BAD_REQUEST } = labErrors;

/** Mean power over one step. `source`: measured by the outlet, estimated from the nameplate, or not known. */
export const energyPoint = z.object({
  atMs: timestampMs.describe('where the step begins'),
  watts: z.number().nullable(),
  source: z.enum(['metered', 'estimated', 'none']),
  /** What part of the step power was off because the board was idle, 0 to 1. */
  idleOff: z.number().min(0).max(1),
});
export type EnergyPoint = z.infer<typeof energyPoint>;

export const energyReport = z.object({
  boardId,
  fromMs: timestampMs,
  toMs: timestampMs,
  stepMs: z.int(),
  points: z.array(energyPoint),
  totals: z.object({
    meteredWh: z.number(),
    /** From the nameplate figure while power was on: an estimate. */
    estimatedWh: z.number(),
    onMs: z.number(),
    idleOffMs: z.number(),
    /** What idle-off saved: the time off, at what the board took before (metered) or by its nameplate. An estimate. */
    savedWh: z.number(),
    /** What `savedWh` was reckoned with; null: nothing was known. */
    savedAtWatts: z.number().nullable(),
  }),
});
export type EnergyReport = z.infer<typeof energyReport>;

/** As far as a Date reaches. */
const time = z.coerce.number().min(0).max(8.64e15);

export const energyContract = {
  report: oc
    .route({
      method: 'GET',
      path: '/boards/{boardId}/energy',
      summary: 'Power over time, and what it sums up to',
    })
    .errors({ NOT_FOUND, BAD_REQUEST })
    .input(
      z.strictObject({
        boardId: boardRef,
        fromMs: time.optional().describe('24 hours before `toMs` by default'),
        toMs: time.optional().describe('now by default'),
        points: z.coerce.number().int().min(1).max(2000).default(288),
      }),
    )
    .output(energyReport),
};
