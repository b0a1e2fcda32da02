import { z } from 'zod';

/** How a board likes to be switched. */
export const powerPolicy = z.strictObject({
  /** Off-time of a cycle that names none, in milliseconds. */
  cycleOffMs: z.int().min(0).max(60_000).default(1000),
  /** Capacitors drain: power-on waits until the board was off this long, however it was asked for. */
  minOffMs: z.int().min(0).max(60_000).default(0),
  /** After power-on the next board of a group waits this long for the inrush to settle; adds to the bench's stagger. */
  rampMs: z.int().min(0).max(60_000).default(0),
  /** Off after so many minutes without output, typing, lease or job; null: never. */
  idleOffMinutes: z.int().min(1).max(10_080).nullable().default(null),
  /** What Labdeck does with it when it quits. */
  atQuit: z.enum(['leave', 'off']).default('leave'),
  /** What Labdeck does at its first start after the machine rebooted; `restore`: as last commanded. */
  afterReboot: z.enum(['leave', 'off', 'on', 'restore']).default('leave'),
  /** What it takes, by its nameplate, where nothing measures it; null: not known, no estimate. */
  nameplateWatts: z.number().positive().max(10_000).nullable().default(null),
});
export type PowerPolicy = z.infer<typeof powerPolicy>;
export const defaultPowerPolicy: PowerPolicy = powerPolicy.parse({});
