import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RecordingTimes } from '../../../main/contract/index.ts';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';

export type RecordedEvent = RecordingTimes['events'][number];

export interface EventsState {
  /** Newest first; null: not asked yet. */
  readonly events: readonly RecordedEvent[] | null;
  readonly problem: LabProblem | null;
}

/** What a list of marks is about; typing and LEDs happen too often to find one's way by. */
const worthListing: ReadonlySet<RecordedEvent['kind']> = new Set([
  'mark',
  'power',
  'connect',
  'gap',
  'clock',
]);

/** What happened on a console beside its output. Each stretch of the recording is asked for once. */
export class EventsFollower {
  readonly store: StoreApi<EventsState> = createStore(() => ({ events: null, problem: null }));
  readonly #ask: (from: number, to: number) => Promise<readonly RecordedEvent[]>;
  #askedTo: number | null = null;
  #asking = false;
  #again: number | null = null;

  constructor(ask: (from: number, to: number) => Promise<readonly RecordedEvent[]>) {
    this.#ask = ask;
  }

  /** Catches up with a recording that is kept from `from` on and now ends at `to`. */
  async catchUp(from: number, to: number): Promise<void> {
    if (this.#asking) {
      this.#again = to;
      return;
    }
    this.#asking = true;
    try {
      const known = this.store.getState().events ?? [];
      const askFrom = this.#askedTo ?? from;
      const fresh = await this.#ask(askFrom, to);
      // What happened at the very end may have been followed by more at the same place.
      const kept = known.filter((event) => event.offset < askFrom);
      const listed = fresh.filter((event) => worthListing.has(event.kind)).reverse();
      this.store.setState({ events: [...listed, ...kept], problem: null });
      this.#askedTo = to;
    } catch (error) {
      this.store.setState({ problem: toProblem(error) });
    } finally {
      this.#asking = false;
    }
    const again = this.#again;
    this.#again = null;
    if (again !== null && again !== to) await this.catchUp(from, again);
  }
}
