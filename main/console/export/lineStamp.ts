import type { ExportTimes } from '../../contract/index.ts';

export interface StampedMoment {
  /** Host time, ms since the epoch. */
  readonly atMs: number;
  /** By a clock that is never set. */
  readonly steadyMs: number;
}

/** What stands before each line of a text export. Ask for them in the order of the lines. */
export class LineStamps {
  readonly #times: ExportTimes;
  #originMs: number | null;
  #previousMs: number | null = null;

  /** `originMs`, on the steady clock, is when the board was last switched on before the first line; null: not known. */
  constructor(times: ExportTimes, originMs: number | null) {
    this.#times = times;
    this.#originMs = originMs;
  }

  /** The board was switched on: times count from here. */
  powerOn(steadyMs: number): void {
    this.#originMs = steadyMs;
  }

  next({ atMs, steadyMs }: StampedMoment): string {
    if (this.#times === 'none') return '';
    if (this.#times === 'host') return `${localIso(atMs)} `;
    if (this.#times === 'power-on') {
      // Without a power-on the first line is as good a beginning as any.
      this.#originMs ??= steadyMs;
      return `[${seconds(steadyMs - this.#originMs).padStart(12)}] `;
    }
    const sinceMs = steadyMs - (this.#previousMs ?? steadyMs);
    this.#previousMs = steadyMs;
    return `+${seconds(sinceMs).padStart(10)} `;
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** ISO 8601 in the host's time zone, to the millisecond: `2026-11-22T17:26:17.123+01:00`. */
function localIso(atMs: number): string {
  const offsetMinutes = -new Date(atMs).getTimezoneOffset();
  const local = new Date(atMs + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const sign = offsetMinutes < 0 ? '-' : '+';
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  return `${local}${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}
