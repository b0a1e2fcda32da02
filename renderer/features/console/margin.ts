import type { IDisposable, Terminal } from '@xterm/xterm';
import { clockTime, secondsText } from '../history/formatTimes.ts';
import type { TimesMode } from '../history/historyControl.ts';
import type { LineOffsets } from './lineOffsets.ts';
import type { RecordedTimes } from './recordedTimes.ts';

/** The times left of a terminal. Only rows on screen are labelled, once a frame at most: output never waits. */
export class Margin implements IDisposable {
  readonly element = document.createElement('div');
  readonly #terminal: Terminal;
  readonly #lines: LineOffsets;
  readonly #times: RecordedTimes;
  readonly #subscriptions: IDisposable[];
  #mode: TimesMode = 'off';
  #frame = 0;

  constructor(terminal: Terminal, lines: LineOffsets, times: RecordedTimes) {
    this.#terminal = terminal;
    this.#lines = lines;
    this.#times = times;
    this.element.className = 'terminal-margin tabular';
    this.element.dataset.testid = 'terminal-margin';
    // Read line by line with nothing beside it they would only be noise to a screen reader.
    this.element.setAttribute('aria-hidden', 'true');
    this.element.hidden = true;
    this.#subscriptions = [
      terminal.onRender(() => this.redrawSoon()),
      terminal.onScroll(() => this.redrawSoon()),
    ];
  }

  setMode(mode: TimesMode): void {
    this.#mode = mode;
    this.#times.wantBoots(mode === 'power-on');
    this.element.hidden = mode === 'off';
    this.redrawSoon();
  }

  redrawSoon(): void {
    if (this.#mode === 'off' || this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.element.remove();
  }

  #draw(): void {
    const screen = this.#terminal.element?.querySelector('.xterm-screen');
    if (this.#mode === 'off' || !(screen instanceof HTMLElement) || !this.element.isConnected) return;
    const { rows } = this.#terminal;
    const firstRow = this.#terminal.buffer.active.viewportY;
    // One row more above: the first label may count from it.
    const starts = this.#lines.startsOf(Math.max(0, firstRow - 1), rows + 1);
    const known = starts.filter((start) => start !== null);
    const first = known[0];
    const last = known.at(-1);
    const end = this.#lines.range?.to ?? 0;
    if (first !== undefined && last !== undefined && end > first)
      this.#times.need(first, last + 1 > end ? end : last + 1);
    const labels = this.#labels(starts).slice(firstRow === 0 ? 0 : 1);
    this.#place(labels.slice(0, rows), screen.clientHeight / rows);
  }

  #labels(starts: readonly (number | null)[]): string[] {
    let before: number | null = null;
    return starts.map((start) => {
      const atMs = start === null ? null : this.#times.atMs(start);
      if (start === null || atMs === null) return '';
      const label = this.#label(start, atMs, before);
      before = atMs;
      return label;
    });
  }

  #label(offset: number, atMs: number, beforeMs: number | null): string {
    if (this.#mode === 'host') return clockTime(atMs);
    if (this.#mode === 'delta')
      return beforeMs === null ? '' : `+${secondsText(Math.max(0, atMs - beforeMs))}`;
    const startedAtMs = this.#times.bootStartedAtMs(offset);
    return startedAtMs === null ? '' : secondsText(Math.max(0, atMs - startedAtMs));
  }

  #place(labels: readonly string[], rowHeightPx: number): void {
    const height = `${rowHeightPx}px`;
    while (this.element.childElementCount > labels.length) this.element.lastElementChild?.remove();
    labels.forEach((label, index) => {
      const row = this.element.children[index] ?? this.element.appendChild(document.createElement('div'));
      if (!(row instanceof HTMLElement)) return;
      if (row.textContent !== label) row.textContent = label;
      if (row.style.height !== height) row.style.height = height;
    });
  }
}
