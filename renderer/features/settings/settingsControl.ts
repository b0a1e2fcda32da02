import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Settings } from '../../../main/contract/index.ts';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';

export const smallestFontPx = 8;
export const largestFontPx = 32;

export interface SettingsState {
  /** Under way to the core. Shown at once: nothing physical hangs on it, and a refusal takes it back. */
  readonly asked: Partial<Settings>;
  readonly problem: LabProblem | null;
}

/** Changes settings, one call at a time; what is changed meanwhile goes with the next. */
export class SettingsControl {
  readonly store: StoreApi<SettingsState> = createStore(() => ({ asked: {}, problem: null }));
  readonly #current: () => Settings | null;
  readonly #send: (patch: Partial<Settings>) => Promise<unknown>;
  #waiting: Partial<Settings> = {};
  #sending = false;

  constructor(current: () => Settings | null, send: (patch: Partial<Settings>) => Promise<unknown>) {
    this.#current = current;
    this.#send = send;
  }

  change(patch: Partial<Settings>): void {
    this.#waiting = { ...this.#waiting, ...patch };
    this.store.setState(({ asked }) => ({ asked: { ...asked, ...patch }, problem: null }));
    if (!this.#sending) void this.#drain();
  }

  stepFont(stepPx: 1 | -1): void {
    const settings = this.#current();
    if (settings === null) return;
    const now = this.store.getState().asked.fontSizePx ?? settings.fontSizePx;
    const fontSizePx = Math.min(largestFontPx, Math.max(smallestFontPx, now + stepPx));
    if (fontSizePx !== now) this.change({ fontSizePx });
  }

  dismissProblem(): void {
    this.store.setState({ problem: null });
  }

  async #drain(): Promise<void> {
    this.#sending = true;
    try {
      while (Object.keys(this.#waiting).length > 0) {
        const patch = this.#waiting;
        this.#waiting = {};
        await this.#send(patch);
      }
      this.store.setState({ asked: {} });
    } catch (error) {
      this.#waiting = {};
      this.store.setState({ asked: {}, problem: toProblem(error) });
    } finally {
      this.#sending = false;
    }
  }
}
