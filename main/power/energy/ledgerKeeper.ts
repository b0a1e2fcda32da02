import type { PowerMeter } from '../../contract/index.ts';
import type { LedgerRecord } from './ledgerCodec.ts';

/** How a board stands, as far as energy is concerned. */
export interface Standing {
  readonly state: 'on' | 'off' | 'unknown';
  readonly commandedBy: string | null;
  readonly meter: PowerMeter | null;
}

/** While metered, one record so often. */
export const recordEveryMs = 60_000;
/** A measurement counts so long, or until the next: an outlet that fell silent measures nothing. */
export const sampleHoldsMs = 3 * 60_000;

/** Turns what is seen of one board into records. Pure: it has no clock; times never go back. */
export class LedgerKeeper {
  readonly #emit: (record: LedgerRecord) => void;
  #state: 'on' | 'off' | 'unknown';
  #idle: boolean;
  /** Of the last record. */
  #sinceMs: number;
  #sample: { readonly watts: number; readonly untilMs: number } | null = null;
  /** Of the measurement taken last. */
  #meterAtMs: number | null = null;
  /** Watt-milliseconds since the last record, summed up to `#summedToMs`. */
  #wattMs = 0;
  #summedToMs: number;

  /** `before`: how the ledger ended when Labdeck was last there; a board that idle-off switched off is still so. */
  constructor(
    now: Standing,
    atMs: number,
    before: LedgerRecord | null,
    emit: (record: LedgerRecord) => void,
  ) {
    this.#emit = emit;
    this.#state = now.state;
    this.#idle = now.state === 'off' && (now.commandedBy === 'idle' || before?.idle === true);
    this.#sinceMs = atMs;
    this.#summedToMs = atMs;
    emit({ atMs, watts: null, state: this.#state, idle: this.#idle });
    this.#take(now.meter, atMs);
  }

  get idle(): boolean {
    return this.#idle;
  }

  /** Something about the board changed, or did not. */
  see(now: Standing, atMs: number): void {
    this.#sumUp(atMs);
    // Off by idle-off it stays until it is on again, whoever says off once more.
    const idle = now.state === 'off' && (this.#idle || now.commandedBy === 'idle');
    const isFirstSample = this.#sample === null && this.#isNews(now.meter, atMs);
    if (now.state !== this.#state || idle !== this.#idle || isFirstSample) {
      // The record closes what was, so it is told how that was metered.
      this.#record(atMs, now.state, idle);
    }
    this.#take(now.meter, atMs);
    if (this.#sample !== null && atMs - this.#sinceMs >= recordEveryMs)
      this.#record(atMs, this.#state, this.#idle);
  }

  /** What the next record would be if it came now: a report reaches up to this moment. */
  peek(atMs: number): LedgerRecord {
    const sample = this.#sample;
    const heldMs = sample ? Math.max(0, Math.min(atMs, sample.untilMs) - this.#summedToMs) : 0;
    const wattMs = this.#wattMs + (sample?.watts ?? 0) * heldMs;
    const ms = atMs - this.#sinceMs;
    return {
      atMs,
      watts: sample && ms > 0 && atMs <= sample.untilMs ? wattMs / ms : null,
      state: this.#state,
      idle: this.#idle,
    };
  }

  /** From here on nothing is known. */
  end(atMs: number): void {
    this.#sumUp(atMs);
    this.#emit({ atMs, watts: this.#meanTo(atMs), state: 'end', idle: this.#idle });
  }

  #sumUp(atMs: number): void {
    const sample = this.#sample;
    if (sample) {
      const toMs = Math.min(atMs, sample.untilMs);
      this.#wattMs += sample.watts * Math.max(0, toMs - this.#summedToMs);
      if (atMs > sample.untilMs) {
        this.#summedToMs = toMs;
        this.#record(sample.untilMs, this.#state, this.#idle);
        this.#sample = null;
      }
    }
    this.#summedToMs = atMs;
  }

  #record(atMs: number, state: 'on' | 'off' | 'unknown', idle: boolean): void {
    this.#emit({ atMs, watts: this.#meanTo(atMs), state, idle });
    this.#state = state;
    this.#idle = idle;
    this.#sinceMs = atMs;
    this.#wattMs = 0;
  }

  #meanTo(atMs: number): number | null {
    const ms = atMs - this.#sinceMs;
    return this.#sample && ms > 0 ? this.#wattMs / ms : null;
  }

  /** One that was taken already, or long ago, says nothing about now. */
  #isNews(meter: PowerMeter | null, atMs: number): meter is PowerMeter {
    return meter !== null && meter.atMs !== this.#meterAtMs && atMs - meter.atMs < sampleHoldsMs;
  }

  #take(meter: PowerMeter | null, atMs: number): void {
    if (!this.#isNews(meter, atMs)) return;
    this.#meterAtMs = meter.atMs;
    this.#sample = { watts: meter.watts, untilMs: atMs + sampleHoldsMs };
  }
}
