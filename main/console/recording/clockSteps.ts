import { uptime } from 'node:os';
import type { IndexRecord } from './indexCodec.ts';

/** Time that nobody can set. */
export interface SteadyClock {
  /** Milliseconds since some fixed moment; may stand still while the machine sleeps. */
  monotonicMs(): number;
  /** Milliseconds since the machine started, sleep included; to 10 ms, and dearer to ask. */
  sinceBootMs(): number;
}

export const steadyClock: SteadyClock = {
  monotonicMs: () => performance.now(),
  sinceBootMs: () => uptime() * 1000,
};

/** A host clock that differs by less was merely adjusted, as time daemons do. */
const leastStepMs = 1_000;

/** Notices when somebody sets the host clock: NTP after a long time offline, a person, a Pi without an RTC. */
export class ClockSteps {
  readonly #steady: SteadyClock;
  #wallMs: number;
  #monotonicMs: number;
  #sinceBootMs: number;

  constructor(wallMs: number, steady: SteadyClock) {
    this.#steady = steady;
    this.#wallMs = wallMs;
    this.#monotonicMs = steady.monotonicMs();
    this.#sinceBootMs = steady.sinceBootMs();
  }

  /** By how many milliseconds the host clock, which shows `wallMs`, jumped since it was last asked; mostly 0. */
  check(wallMs: number): number {
    const monotonicMs = this.#steady.monotonicMs();
    const apartMs = wallMs - this.#wallMs - (monotonicMs - this.#monotonicMs);
    if (Math.abs(apartMs) < leastStepMs) return 0;
    // After a sleep of the machine the two are apart as well, and then the host clock is right.
    const sinceBootMs = this.#steady.sinceBootMs();
    const stepMs = wallMs - this.#wallMs - (sinceBootMs - this.#sinceBootMs);
    this.#wallMs = wallMs;
    this.#monotonicMs = monotonicMs;
    this.#sinceBootMs = sinceBootMs;
    return Math.abs(stepMs) < leastStepMs ? 0 : stepMs;
  }
}

/**
 * Turns the host times of records, given in order, into times that differ by what really passed between them:
 * the host clock as it was at the first record, never set since.
 */
export class SteadyTimeline {
  #steppedMs = 0;

  /** Milliseconds since the epoch by that clock. */
  timeMs(record: IndexRecord): number {
    const stepMs = record.kind === 'clock' ? record.payload?.stepMs : undefined;
    if (typeof stepMs === 'number') this.#steppedMs += stepMs;
    return record.timeMs - this.#steppedMs;
  }
}
