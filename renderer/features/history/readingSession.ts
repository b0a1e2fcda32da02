import { createStore, type StoreApi } from 'zustand/vanilla';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import type { FetchTimes } from '../console/recordedTimes.ts';
import type { Appearance } from '../console/terminalSession.ts';
import type { Place, TimesMode } from './historyControl.ts';
import { ReadingTerminal } from './readingTerminal.ts';
import type { ReadPart } from './readRange.ts';

export interface ReadingState {
  readonly phase: 'loading' | 'shown';
  readonly problem: LabProblem | null;
  /** Nothing was printed before, or after, what is shown. */
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/** So much of the recording is in the terminal, whatever its size; the place in question is in its middle. */
const pageBytes = 96 * 1024;
/** Enough behind a place to fill the screen: the rest is written once that is seen. */
const screenBytes = 24 * 1024;

export interface ReadingSource {
  readonly read: ReadPart;
  readonly fetchTimes: FetchTimes;
  /** What is kept now. */
  readonly kept: () => { readonly from: number; readonly to: number };
}

/**
 * Reads a recording at any place of it. Near either end of what is in the terminal the next stretch is prepared
 * in a second one, which takes the first one's place with the same line on top.
 */
export class ReadingSession {
  readonly store: StoreApi<ReadingState> = createStore(() => ({
    phase: 'loading',
    problem: null,
    atStart: false,
    atEnd: false,
  }));
  readonly #pane: HTMLElement;
  readonly #source: ReadingSource;
  readonly #stopped = new AbortController();
  readonly #look: Appearance;
  #mode: TimesMode;
  #page: ReadingTerminal | null = null;
  #from = 0;
  #to = 0;
  #place: Place | null = null;
  #loading: AbortController | null = null;

  constructor(pane: HTMLElement, source: ReadingSource, look: Appearance, mode: TimesMode) {
    this.#pane = pane;
    this.#source = source;
    this.#look = look;
    this.#mode = mode;
  }

  async open(place: Place): Promise<void> {
    this.#place = place;
    const row = this.#page?.times.rowOf(place.offset) ?? null;
    if (row === null || this.#loading !== null) {
      await this.#load(place.offset, (page) => page.bringIntoView(place.offset));
      return;
    }
    this.#page?.bringIntoView(place.offset);
    this.#page?.pointAt(place.offset);
  }

  setTimes(mode: TimesMode): void {
    this.#mode = mode;
    this.#page?.setTimes(mode);
  }

  dispose(): void {
    this.#stopped.abort();
    this.#loading?.abort();
    this.#page?.dispose();
  }

  /** The stretch around `middle`; `settle` brings the new terminal to the right line before it is seen. */
  async #load(middle: number, settle: (page: ReadingTerminal) => void): Promise<void> {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    const signal = AbortSignal.any([loading.signal, this.#stopped.signal]);
    const kept = this.#source.kept();
    const from = Math.max(kept.from, Math.min(middle - pageBytes / 2, kept.to - pageBytes));
    const to = Math.min(kept.to, from + pageBytes);
    try {
      const part = await this.#source.read(from, to, signal);
      if (signal.aborted) return;
      const cut = part.fromOffset > kept.from ? firstLineStart(part.bytes) : 0;
      const page = new ReadingTerminal(this.#look, this.#source.fetchTimes, () => this.#onView(page));
      page.element.style.visibility = 'hidden';
      page.open(this.#pane, this.#mode);
      const seen = Math.max(cut, middle + screenBytes - part.fromOffset);
      await page.write(part.bytes.subarray(cut, seen), part.fromOffset + cut);
      if (signal.aborted) {
        page.dispose();
        return;
      }
      this.#from = part.fromOffset;
      this.#to = part.fromOffset + part.bytes.length;
      settle(page);
      page.pointAt(this.#place?.offset ?? -1);
      this.#swap(page);
      this.store.setState({
        phase: 'shown',
        problem: null,
        atStart: this.#from <= kept.from,
        atEnd: this.#to >= this.#source.kept().to,
      });
      await page.write(part.bytes.subarray(seen), part.fromOffset + seen);
      if (page === this.#page) page.pointAt(this.#place?.offset ?? -1);
    } catch (error) {
      if (!signal.aborted) this.store.setState({ phase: 'shown', problem: toProblem(error) });
    } finally {
      if (this.#loading === loading) this.#loading = null;
    }
  }

  #swap(page: ReadingTerminal): void {
    const before = this.#page;
    const hadFocus = before?.element.contains(document.activeElement) === true;
    this.#page = page;
    page.element.style.visibility = '';
    if (hadFocus) page.focus();
    before?.dispose();
  }

  #onView(page: ReadingTerminal): void {
    if (page !== this.#page || this.#loading !== null || this.store.getState().problem !== null) return;
    const { above, below, rows } = page.beyond;
    const top = page.times.topOffset();
    if (top === null) return;
    const kept = this.#source.kept();
    const earlier = above < rows && this.#from > kept.from;
    const later = below < rows && this.#to < kept.to;
    if (!earlier && !later) return;
    void this.#load(top, (next) => next.scrollToOffset(top));
  }
}

/** A stretch begins anywhere; the rest of the line it cuts would look like a line of its own. */
function firstLineStart(bytes: Uint8Array): number {
  const feed = bytes.indexOf(0x0a);
  return feed < 0 ? 0 : feed + 1;
}
