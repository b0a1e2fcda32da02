import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { consoleId, consoleRef, timestampMs } from './ids.ts';

const { NOT_FOUND, BAD_REQUEST } = labErrors;

/** A step of a boot, or a mishap in it. `stage` is a name from the pattern data: `spl`, `u-boot`, `kernel`, `panic` ... */
export const bootStage = z.object({
  stage: z.string(),
  /** For people: `U-Boot`, `Kernel panic`. */
  label: z.string(),
  /** panic, oops, reset: not a step forward. */
  fault: z.boolean(),
  /** Where the line that shows it begins. */
  offset: z.int(),
  atMs: timestampMs,
  /** Until the next step or the end of the boot; null while it lasts. */
  durationMs: z.number().nullable(),
  /** The line that shows it, cut to 200 characters. */
  text: z.string(),
});
export type BootStage = z.infer<typeof bootStage>;

/** One boot of a board as one console saw it. */
export const boot = z.object({
  /** Grows with every boot of the console; the first is 1. */
  bootId: z.int(),
  /** `power-on`: we switched it on; `banner`: it began by itself. */
  begun: z.enum(['power-on', 'banner']),
  fromOffset: z.int(),
  /** null: the present one. */
  toOffset: z.int().nullable(),
  startedAtMs: timestampMs,
  endedAtMs: timestampMs.nullable(),
  /**
   * `running`: under way; `good`: came as far as a login or a shell; `short`: ended before; `failed`: panic or oops.
   */
  outcome: z.enum(['running', 'good', 'short', 'failed']),
  stages: z.array(bootStage),
});
export type Boot = z.infer<typeof boot>;

/** First the newest boots, newest first, then each as it changes. */
export const bootsChange = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), boots: z.array(boot) }),
  z.object({ type: z.literal('boot'), boot }),
]);
export type BootsChange = z.infer<typeof bootsChange>;

/** One line of a comparison. Times, addresses and other noise are masked before lines are compared. */
export const comparedLine = z.object({ text: z.string(), offset: z.int(), sincePowerOnMs: z.number() });
export const comparedRow = z.object({
  kind: z.enum(['same', 'changed', 'added', 'removed']),
  left: comparedLine.nullable(),
  right: comparedLine.nullable(),
});
export type ComparedRow = z.infer<typeof comparedRow>;

export const bootComparison = z.object({
  consoleId,
  left: boot,
  right: boot,
  rows: z.array(comparedRow),
  changes: z.int().describe('rows that are not the same'),
  /** Only the first lines of each were compared; null: all of them. */
  cutAtLines: z.int().nullable(),
});
export type BootComparison = z.infer<typeof bootComparison>;

const bootNumber = z.coerce.number().int().min(1);

export const bootsContract = {
  list: oc
    .route({ method: 'GET', path: '/consoles/{consoleId}/boots', summary: 'Boots, newest first' })
    .errors({ NOT_FOUND, BAD_REQUEST })
    .input(
      z.strictObject({
        consoleId: consoleRef,
        limit: z.coerce.number().int().min(1).max(1000).default(100),
        before: bootNumber.optional().describe('only boots older than this one'),
      }),
    )
    .output(z.array(boot)),
  compare: oc
    .route({
      method: 'GET',
      path: '/consoles/{consoleId}/boots/compare',
      summary: 'What one boot printed differently from another',
    })
    .errors({ NOT_FOUND, BAD_REQUEST })
    .input(
      z.strictObject({
        consoleId: consoleRef,
        right: bootNumber.optional().describe('the newer; the newest by default'),
        left: bootNumber.optional().describe('the older; the last good one before the newer by default'),
      }),
    )
    .output(bootComparison),
  changes: oc
    .route({
      method: 'GET',
      path: '/events/consoles/{consoleId}/boots',
      summary: 'The newest 100 boots, now and at each change (events)',
    })
    .errors({ NOT_FOUND })
    .input(z.strictObject({ consoleId: consoleRef }))
    .output(eventIterator(bootsChange)),
};
