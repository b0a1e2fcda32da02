import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { boardId, boardRef, timestampMs } from './ids.ts';
import { task } from './tasks.ts';

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
const { MISSING_DEPENDENCY, COMMAND_FAILED, UNAUTHORIZED } = labErrors;
/** What switching anything may answer with. */
export const switching = {
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
  UNAUTHORIZED,
};

export const switchState = z.enum(['on', 'off']);
export type SwitchState = z.infer<typeof switchState>;
export const powerState = z.enum(['on', 'off', 'unknown']);
export type PowerState = z.infer<typeof powerState>;

/** Why we believe what we say about power. */
export const powerEvidence = z.object({
  /**
   * `none`: nothing says anything; `read-back`: the outlet's word for its relay; `meter`: watts flow, or none do;
   * `console-spoke`, `boot-banner`: the board printed after power-on; `console-silent`: nothing since power-off;
   * `console-contradicts`: it printed though off: the outlet lies; `device-gone`, `device-there`: the board's own USB
   * device left or stayed (not the adapter's, which the machine powers); `outlet-gone`: the outlet itself is unplugged.
   */
  kind: z.enum([
    'none',
    'read-back',
    'meter',
    'console-spoke',
    'boot-banner',
    'console-silent',
    'console-contradicts',
    'device-gone',
    'device-there',
    'outlet-gone',
  ]),
  /** One short sentence for people. */
  text: z.string(),
  atMs: timestampMs,
});
export type PowerEvidence = z.infer<typeof powerEvidence>;

export const leds = z.tuple([z.boolean(), z.boolean(), z.boolean()]);
export type Leds = z.infer<typeof leds>;

/** What flows through a metered outlet. */
export const powerMeter = z.object({
  watts: z.number(),
  volts: z.number().nullable(),
  amperes: z.number().nullable(),
  atMs: timestampMs,
});
export type PowerMeter = z.infer<typeof powerMeter>;

/**
 * What the power-truth test saw. `real`: power is cut; `lies`: the device leaves, the power stays; `ganged`: others
 * went with it; `unknown`: nothing could tell.
 */
export const powerVerdict = z.object({
  outcome: z.enum(['real', 'lies', 'ganged', 'unknown']),
  atMs: timestampMs,
  /** Why, in one or two sentences. */
  text: z.string(),
  /** What was seen, oldest first. */
  seen: z.array(powerEvidence),
  /** Boards that lost power too. */
  others: z.array(boardId),
});
export type PowerVerdict = z.infer<typeof powerVerdict>;

/** Which outlet it is and what hangs on it. */
export const outletFacts = z.object({
  kind: z.string().describe('as in the binding: `acm-cable`, `usb-hub-port`'),
  /** `desk hub, port 3`, `relay 2 of plug.lan`. */
  label: z.string(),
  /** By the outlet's own word; the verdict says what is true. */
  switching: z.enum(['alone', 'ganged', 'unknown']),
  /** Other boards that would lose power with this one. */
  alsoCuts: z.array(boardId),
  /** Those of them that get power with this one: who was switched off does not stay off. */
  alsoPowers: z.array(boardId),
  /** Why it is not switched off unless forced: `the keyboard hangs on it`; null: nothing speaks against it. */
  refuses: z.string().nullable(),
  leds: z.int().describe('how many LEDs it has'),
  readable: z.boolean().describe('it can be asked'),
  metered: z.boolean(),
});
export type OutletFacts = z.infer<typeof outletFacts>;

/** What was commanded and what is known: two fields, since an outlet may lie. */
export const powerReading = z.object({
  boardId,
  /** False where the board has no outlet: then nothing can be switched. */
  switchable: z.boolean(),
  outlet: outletFacts.nullable(),
  commanded: switchState.nullable().describe('the last command; null when none was ever given'),
  commandedAtMs: timestampMs.nullable(),
  /** Who or what gave it: `you`, `idle`, `test`, `rule`. */
  commandedBy: z.string().nullable(),
  known: powerState.describe('what is known'),
  /** What decided `known`. */
  evidence: powerEvidence,
  /** All that was seen since the last command, newest first. */
  witnesses: z.array(powerEvidence),
  /** Of the last power-truth test of this outlet; null: it was never tested. */
  verdict: powerVerdict.nullable(),
  meter: powerMeter.nullable(),
  /** When the board goes off because it is idle; null: it does not, or something keeps it on. */
  idleOffAtMs: timestampMs.nullable(),
  /** Why the minutes of its idle-off don't count, though it seems to rest: `no console of it is open`; null: nothing holds it. */
  idleOffHeld: z.string().nullable(),
  /** A switch, cycle or test is under way. */
  busy: z.boolean(),
  /** LEDs as commanded. */
  leds,
  /** What the LEDs say now by the LED language; null: nothing, they are as set by hand. */
  ledState: z.string().nullable(),
});
export type PowerReading = z.infer<typeof powerReading>;

/** Anything but a board that is known to be off, or was switched off while nothing shows that it runs on. */
export function mayHavePower({ known, commanded }: Pick<PowerReading, 'known' | 'commanded'>): boolean {
  return known === 'on' || (known === 'unknown' && commanded !== 'off');
}

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

const force = z
  .boolean()
  .default(false)
  .describe('switch off although other boards lose power with it, or a keyboard or the system disk does');

export const powerContract = {
  read: oc
    .route({
      method: 'GET',
      path: '/boards/{boardId}/power',
      summary: 'Power: commanded, known, evidence and verdict',
    })
    .errors({ NOT_FOUND })
    .input(z.strictObject({ boardId: boardRef }))
    .output(powerReading),
  set: oc
    .route({ method: 'PUT', path: '/boards/{boardId}/power', summary: 'Switch power' })
    .errors(switching)
    .input(z.strictObject({ boardId: boardRef, state: switchState, takeOver, force }))
    .output(powerReading),
  cycle: oc
    .route({ method: 'POST', path: '/boards/{boardId}/power/cycle', summary: 'Off, wait, on' })
    .errors(switching)
    .input(
      z.strictObject({
        boardId: boardRef,
        offMs: z.int().min(0).max(60_000).optional().describe("as the board's policy says by default"),
        takeOver,
        force,
      }),
    )
    .output(powerReading),
  /** One after the other, `staggerMs` apart; a task tells how far it is. Boards that fail do not stop the others. */
  setMany: oc
    .route({
      method: 'POST',
      path: '/power',
      successStatus: 202,
      summary: 'Switch many boards, staggered',
    })
    .errors(switching)
    .input(
      z.strictObject({
        boardIds: z.array(boardRef).min(1).max(500),
        state: switchState,
        staggerMs: z.int().min(0).max(60_000).optional().describe('as the settings say by default'),
        takeOver,
        force,
      }),
    )
    .output(task),
  /** Off, watch, on, watch the boot. The verdict is kept and stands in the reading. */
  test: oc
    .route({
      method: 'POST',
      path: '/boards/{boardId}/power/test',
      successStatus: 202,
      summary: 'The power-truth test: does this outlet really cut the power?',
    })
    .errors(switching)
    .input(
      z.strictObject({
        boardId: boardRef,
        offMs: z.int().min(500).max(60_000).default(5000).describe('how long it watches a board that is off'),
        bootMs: z
          .int()
          .min(500)
          .max(300_000)
          .default(20_000)
          .describe('how long it waits for a sign of a boot'),
        takeOver,
        force,
      }),
    )
    .output(task),
  forgetVerdict: oc
    .route({
      method: 'DELETE',
      path: '/boards/{boardId}/power/verdict',
      successStatus: 204,
      summary: 'Forget the last verdict',
    })
    .errors({ NOT_FOUND })
    .input(z.strictObject({ boardId: boardRef }))
    .output(z.void()),
  /** Write-only: the outlet's password or token is kept among the secrets and never told again. null forgets it. */
  setSecret: oc
    .route({
      method: 'PUT',
      path: '/boards/{boardId}/power/secret',
      successStatus: 204,
      summary: "The outlet's password or token",
    })
    .errors({ NOT_FOUND, UNSUPPORTED })
    .input(z.strictObject({ boardId: boardRef, secret: z.string().min(1).max(4096).nullable() }))
    .output(z.void()),
  changes: oc
    .route({
      method: 'GET',
      path: '/events/power',
      summary: 'Power of all boards, now and at each change (events)',
    })
    .output(eventIterator(powerChange)),
};
