import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { boardId, boardRef, timestampMs } from './ids.ts';

const {
  NOT_FOUND,
  BAD_REQUEST,
  CONFLICT,
  LEASED,
  DEVICE_GONE,
  DEVICE_BUSY,
  PERMISSION_DENIED,
  UNSUPPORTED,
  TIMEOUT,
} = labErrors;
const { MISSING_DEPENDENCY, COMMAND_FAILED } = labErrors;
const switching = {
  NOT_FOUND,
  BAD_REQUEST,
  CONFLICT,
  LEASED,
  DEVICE_GONE,
  DEVICE_BUSY,
  PERMISSION_DENIED,
  UNSUPPORTED,
  TIMEOUT,
  MISSING_DEPENDENCY,
  COMMAND_FAILED,
};

export const switchState = z.enum(['on', 'off']);
export type SwitchState = z.infer<typeof switchState>;
export const powerState = z.enum(['on', 'off', 'unknown']);
export type PowerState = z.infer<typeof powerState>;

/** Why we believe what we say about power. */
export const powerEvidence = z.object({
  kind: z.enum([
    'none',
    'read-back',
    'console-spoke',
    'console-silent',
    'console-contradicts',
    'outlet-gone',
  ]),
  /** One short sentence for people. */
  text: z.string(),
  atMs: timestampMs,
});
export type PowerEvidence = z.infer<typeof powerEvidence>;

export const leds = z.tuple([z.boolean(), z.boolean(), z.boolean()]);
export type Leds = z.infer<typeof leds>;

/** What was commanded and what is known: two fields, since an outlet may lie. */
export const powerReading = z.object({
  boardId,
  /** False where the board has no outlet: then nothing can be switched. */
  switchable: z.boolean(),
  commanded: switchState.nullable().describe('the last command; null when none was ever given'),
  commandedAtMs: timestampMs.nullable(),
  state: powerState.describe('what is known'),
  evidence: powerEvidence,
  /** A switch or cycle is under way. */
  busy: z.boolean(),
  /** LEDs as commanded. */
  leds,
});
export type PowerReading = z.infer<typeof powerReading>;

/** First a snapshot of every board, then single readings. */
export const powerChange = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), revision: z.int(), readings: z.array(powerReading) }),
  z.object({ type: z.literal('reading'), revision: z.int(), reading: powerReading }),
]);
export type PowerChange = z.infer<typeof powerChange>;

const takeOver = z
  .boolean()
  .default(false)
  .describe(
    'switch although somebody else holds the lease of a console of this board; they lose it and are told',
  );

export const powerContract = {
  read: oc
    .route({ method: 'GET', path: '/boards/{boardId}/power', summary: 'Power: commanded, known, and why' })
    .errors({ NOT_FOUND })
    .input(z.strictObject({ boardId: boardRef }))
    .output(powerReading),
  set: oc
    .route({ method: 'PUT', path: '/boards/{boardId}/power', summary: 'Switch power' })
    .errors(switching)
    .input(z.strictObject({ boardId: boardRef, state: switchState, takeOver }))
    .output(powerReading),
  cycle: oc
    .route({ method: 'POST', path: '/boards/{boardId}/power/cycle', summary: 'Off, wait, on' })
    .errors(switching)
    .input(z.strictObject({ boardId: boardRef, offMs: z.int().min(0).max(60_000).default(1000), takeOver }))
    .output(powerReading),
  changes: oc
    .route({
      method: 'GET',
      path: '/events/power',
      summary: 'Power of all boards, now and at each change (events)',
    })
    .output(eventIterator(powerChange)),
};

/** A number in a call, a digit in a path. */
const led = z.union([z.int().min(1).max(3), z.enum(['1', '2', '3']).transform(Number)]);

export const ledsContract = {
  set: oc
    .route({ method: 'PUT', path: '/boards/{boardId}/leds/{led}', summary: 'Light or dim one LED' })
    .errors(switching)
    .input(z.strictObject({ boardId: boardRef, led, on: z.boolean() }))
    .output(powerReading),
};
