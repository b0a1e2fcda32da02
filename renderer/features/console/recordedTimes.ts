import type { Boot, RecordingTimes } from '../../../main/contract/index.ts';
import { lastAtMost } from './lineOffsets.ts';

export interface FetchedTimes {
  readonly times: RecordingTimes;
  readonly boots: readonly Pick<Boot, 'fromOffset' | 'startedAtMs'>[];
}

/** Asks the core; may reject while it is away. Boots only where they are wanted: they are many. */
export type FetchTimes = (from: number, to: number, withBoots: boolean) => Promise<FetchedTimes>;

/** A board that prints all the time is not asked about more often than one can read. */
const usualPauseMs = 400;

/**
 * When the bytes a terminal shows were printed. Asked of the core for what is on screen only, and once: what is
 * printed stays printed.
 */
export class RecordedTimes {
  readonly #fetch: FetchTimes;
  readonly #changed: () => void;
  readonly #pauseMs: number;
  #offsets: number[] = [];
  #atMs: number[] = [];
  #boots: FetchedTimes['boots'] = [];
  #knownFrom = 0;
  #knownTo = 0;
  #asking = false;
  #wantsBoots = false;

  constructor(fetch: FetchTimes, changed: () => void, pauseMs = usualPauseMs) {
    this.#fetch = fetch;
    this.#changed = changed;
    this.#pauseMs = pauseMs;
  }

  /** When the byte was printed; null while that is not known. */
  atMs(offset: number): number | null {
    if (offset < this.#knownFrom || offset >= this.#knownTo) return null;
    return this.#atMs[lastAtMost(this.#offsets, offset)] ?? null;
  }

  /** Whether `bootStartedAtMs` is going to be asked. */
  wantBoots(wanted: boolean): void {
    // What is known came without them: it is asked for again.
    if (wanted && !this.#wantsBoots) this.#knownTo = this.#knownFrom;
    this.#wantsBoots = wanted;
  }

  /** When the boot it belongs to began: with power, or by itself. */
  bootStartedAtMs(offset: number): number | null {
    let started: FetchedTimes['boots'][number] | null = null;
    for (const boot of this.#boots)
      if (boot.fromOffset <= offset && boot.fromOffset >= (started?.fromOffset ?? 0)) started = boot;
    return started?.startedAtMs ?? null;
  }

  /** Makes sure that the bytes in between are known soon; `changed` is called once they are. */
  need(from: number, to: number): void {
    if (this.#asking || (from >= this.#knownFrom && to <= this.#knownTo)) return;
    this.#asking = true;
    void this.#ask(from, to).finally(() => {
      this.#asking = false;
    });
  }

  async #ask(from: number, to: number): Promise<void> {
    const known = this.#knownTo > this.#knownFrom;
    const adjoins = known && from <= this.#knownTo && to >= this.#knownFrom;
    // What comes after the known end is asked from that end on; anything else is asked anew.
    const extend = adjoins && from >= this.#knownFrom;
    const askFrom = extend ? this.#knownTo : from;
    try {
      const { times, boots } = await this.#fetch(askFrom, to, this.#wantsBoots);
      const keep = extend ? this.#offsets.length : 0;
      this.#offsets = [...this.#offsets.slice(0, keep), ...times.points.map((point) => point.offset)];
      this.#atMs = [...this.#atMs.slice(0, keep), ...times.points.map((point) => point.atMs)];
      if (this.#wantsBoots) this.#boots = boots;
      this.#knownFrom = extend ? this.#knownFrom : from;
      this.#knownTo = to;
      this.#changed();
    } catch {
      // The core is away or restarting: the next line that is shown asks again.
    }
    await new Promise((resolve) => setTimeout(resolve, this.#pauseMs));
    // What was wanted meanwhile was turned away above.
    this.#changed();
  }
}
