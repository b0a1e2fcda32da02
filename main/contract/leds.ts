import { oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { boardRef } from './ids.ts';
import { ledState } from './ledLanguage.ts';
import { powerReading, switching } from './power.ts';

const { NOT_FOUND, BAD_REQUEST } = labErrors;

/** A number in a call, a digit in a path. */
const led = z.union([z.int().min(1).max(3), z.enum(['1', '2', '3']).transform(Number)]);

export const ledsContract = {
  set: oc
    .route({ method: 'PUT', path: '/boards/{boardId}/leds/{led}', summary: 'Light or dim one LED' })
    .errors(switching)
    .input(z.strictObject({ boardId: boardRef, led, on: z.boolean() }))
    .output(powerReading),
  say: oc
    .route({
      method: 'PUT',
      path: '/boards/{boardId}/leds/state',
      summary: 'Show a named state by hand; null lets the rules decide again',
    })
    .errors(switching)
    .input(z.strictObject({ boardId: boardRef, state: ledState.nullable() }))
    .output(powerReading),
  find: oc
    .route({
      method: 'POST',
      path: '/boards/{boardId}/find',
      summary: 'Blink the LEDs (and the hub port’s light) of one board for a while; 0 stops it',
    })
    .errors({ ...switching, NOT_FOUND, BAD_REQUEST })
    .input(z.strictObject({ boardId: boardRef, forMs: z.int().min(0).max(600_000).default(20_000) }))
    .output(powerReading),
};
