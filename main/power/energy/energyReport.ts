import type { EnergyPoint, EnergyReport } from '../../contract/index.ts';
import type { EnergySpan } from './spans.ts';

export interface ReportRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  /** What the board takes by its nameplate while on; null: not known. */
  readonly nameplateWatts: number | null;
}

interface Step {
  /** Energies in watt-milliseconds. */
  metered: number;
  estimated: number;
  /** Of the step, that which was measured, and that which is an estimate. */
  meteredMs: number;
  estimatedMs: number;
  idleOffMs: number;
}

const wattMsPerWh = 3_600_000;

/**
 * Sums up spans, oldest first, from the beginning of what is known: what idle-off saved is reckoned with the time on
 * before it, which may lie before the range. Where nothing is metered, on is the nameplate's figure and off is none.
 */
export function reportEnergy(
  spans: readonly EnergySpan[],
  range: ReportRange,
): Pick<EnergyReport, 'points' | 'totals'> {
  const { fromMs, toMs, stepMs, nameplateWatts } = range;
  const steps: Step[] = Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, () => ({
    metered: 0,
    estimated: 0,
    meteredMs: 0,
    estimatedMs: 0,
    idleOffMs: 0,
  }));
  const sums = { onMs: 0, idleOffMs: 0, saved: 0, savedMs: 0 };
  const lastOn = new LastTimeOn();
  for (const span of spans) {
    lastOn.see(span);
    const from = Math.max(span.fromMs, fromMs);
    const to = Math.min(span.toMs, toMs);
    if (to <= from) continue;
    const estimate = estimateOf(span, nameplateWatts);
    if (span.state === 'on') sums.onMs += to - from;
    if (span.idle) {
      sums.idleOffMs += to - from;
      const wouldTake = lastOn.watts ?? nameplateWatts;
      if (wouldTake !== null) {
        sums.saved += wouldTake * (to - from);
        sums.savedMs += to - from;
      }
    }
    for (let index = Math.floor((from - fromMs) / stepMs); ; index += 1) {
      const step = steps[index];
      const beginMs = Math.max(from, fromMs + index * stepMs);
      const endMs = Math.min(to, fromMs + (index + 1) * stepMs);
      if (!step || endMs <= beginMs) break;
      const ms = endMs - beginMs;
      if (span.watts !== null) {
        step.metered += span.watts * ms;
        step.meteredMs += ms;
      } else if (estimate !== null) {
        step.estimated += estimate * ms;
        step.estimatedMs += ms;
      }
      if (span.idle) step.idleOffMs += ms;
    }
  }
  return {
    points: steps.map((step, index) => toPoint(step, fromMs + index * stepMs, stepMs)),
    totals: {
      meteredWh: sum(steps, 'metered') / wattMsPerWh,
      estimatedWh: sum(steps, 'estimated') / wattMsPerWh,
      onMs: sums.onMs,
      idleOffMs: sums.idleOffMs,
      savedWh: sums.saved / wattMsPerWh,
      savedAtWatts: sums.savedMs > 0 ? sums.saved / sums.savedMs : null,
    },
  };
}

/** What the board was seen to take the last time it was on: the mean of all of it that was metered. */
class LastTimeOn {
  #wattMs = 0;
  #ms = 0;
  #wasOff = false;

  see({ state, watts, fromMs, toMs }: EnergySpan): void {
    if (state === 'off') this.#wasOff = true;
    if (state !== 'on') return;
    if (this.#wasOff) {
      this.#wattMs = 0;
      this.#ms = 0;
      this.#wasOff = false;
    }
    if (watts === null) return;
    this.#wattMs += watts * (toMs - fromMs);
    this.#ms += toMs - fromMs;
  }

  get watts(): number | null {
    return this.#ms > 0 ? this.#wattMs / this.#ms : null;
  }
}

function estimateOf({ state }: EnergySpan, nameplateWatts: number | null): number | null {
  if (nameplateWatts === null || state === 'unknown') return null;
  return state === 'on' ? nameplateWatts : 0;
}

/** A step that has any estimate in it is one: what is called measured was measured. */
function toPoint(step: Step, atMs: number, stepMs: number): EnergyPoint {
  const { metered, estimated, meteredMs, estimatedMs, idleOffMs } = step;
  const coveredMs = meteredMs + estimatedMs;
  const idleOff = Math.min(1, idleOffMs / stepMs);
  if (coveredMs === 0) return { atMs, watts: null, source: 'none', idleOff };
  const source = estimatedMs > 0 ? 'estimated' : 'metered';
  return { atMs, watts: (metered + estimated) / coveredMs, source, idleOff };
}

function sum(steps: readonly Step[], what: 'metered' | 'estimated'): number {
  return steps.reduce((total, step) => total + step[what], 0);
}
