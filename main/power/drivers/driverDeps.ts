import type { Clock } from '../../base/clock.ts';
import type { OutletMemory } from '../outletMemory.ts';

/** What drivers of network outlets and commands are given. */
export interface DriverDeps {
  /** The outlet's password or token; null while none was set. Asked at each command, so that a new one counts at once. */
  readonly secret: () => Promise<string | null>;
  readonly memory: OutletMemory;
  readonly clock: Clock;
  /** The name of the board that has the outlet now. */
  readonly boardName: () => string;
  /** Left out: `defaultTiming`. */
  readonly timing?: Partial<DriverTiming>;
}

export interface DriverTiming {
  /** Deadline of one request to an outlet, from the look-up of its name to the last byte of its answer. */
  readonly requestMs: number;
  /** After a switch the outlet is asked so often, so far apart, before it is told to have stayed as it was. */
  readonly confirmTries: number;
  readonly confirmEveryMs: number;
}

/** Some outlets answer before their relay moved, and Home Assistant hears of it later still. */
export const defaultTiming: DriverTiming = { requestMs: 5000, confirmTries: 12, confirmEveryMs: 250 };
