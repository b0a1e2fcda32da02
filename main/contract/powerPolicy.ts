import { z } from 'zod';

const fields = {
  /** Off-time of a cycle that names none, in milliseconds. */
  cycleOffMs: z.int().min(0).max(60_000),
  /** Capacitors drain: power-on waits until the board was off this long, however it was asked for. */
  minOffMs: z.int().min(0).max(60_000),
  /** After power-on the next board of a group waits this long for the inrush to settle; adds to the bench's stagger. */
  rampMs: z.int().min(0).max(60_000),
  /** Off after so many minutes without output, typing, lease or job; null: never. They count while a console is open. */
  idleOffMinutes: z.int().min(1).max(10_080).nullable(),
  /** What Labdeck does with it when it quits. */
  atQuit: z.enum(['leave', 'off']),
  /** What Labdeck does at its first start after the machine rebooted; `restore`: as somebody last commanded. */
  afterReboot: z.enum(['leave', 'off', 'on', 'restore']),
  /** What it takes, by its nameplate, where nothing measures it; null: not known, no estimate. */
  nameplateWatts: z.number().positive().max(10_000).nullable(),
};

/** How a board likes to be switched. */
export const powerPolicy = z.strictObject({
  cycleOffMs: fields.cycleOffMs.default(1000),
  minOffMs: fields.minOffMs.default(0),
  rampMs: fields.rampMs.default(0),
  idleOffMinutes: fields.idleOffMinutes.default(null),
  atQuit: fields.atQuit.default('leave'),
  afterReboot: fields.afterReboot.default('leave'),
  nameplateWatts: fields.nameplateWatts.default(null),
});
export type PowerPolicy = z.infer<typeof powerPolicy>;
export const defaultPowerPolicy: PowerPolicy = powerPolicy.parse({});

/** What is left out stays as it is. */
export const powerPolicyPatch = z.strictObject(fields).partial();
