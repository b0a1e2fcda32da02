import { createStore, type StoreApi } from 'zustand/vanilla';
import { type LabProblem, toProblem } from '../lab/labProblem.ts';

export interface ActionsState {
  /** What is under way, by place: `power:virtual-1` is busy with `on`. */
  readonly pending: Readonly<Record<string, string>>;
  /** Why the last action at a place failed. */
  readonly problems: Readonly<Record<string, LabProblem>>;
}

/**
 * What the user asked for and the core has not answered yet. Button, menu, palette and shortcut all act
 * through here, so that the answer shows beside the control whichever way it was asked.
 */
export class Actions {
  readonly store: StoreApi<ActionsState> = createStore(() => ({ pending: {}, problems: {} }));

  /** Answers whether it worked. While one action is under way at a place, a second is not started. */
  async run(place: string, what: string, work: () => Promise<unknown>): Promise<boolean> {
    if (place in this.store.getState().pending) return false;
    this.store.setState((state) => ({
      pending: { ...state.pending, [place]: what },
      problems: without(state.problems, place),
    }));
    try {
      await work();
      return true;
    } catch (error) {
      this.store.setState((state) => ({ problems: { ...state.problems, [place]: toProblem(error) } }));
      return false;
    } finally {
      this.store.setState((state) => ({ pending: without(state.pending, place) }));
    }
  }

  dismiss(place: string): void {
    this.store.setState((state) => ({ problems: without(state.problems, place) }));
  }
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _, ...others } = record;
  return others;
}
