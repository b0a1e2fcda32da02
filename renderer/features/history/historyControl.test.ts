import { expect, test } from 'vitest';
import { HistoryControl, type TimesMode } from './historyControl.ts';

/** Terminals that still hold what was printed from some offset on. */
class FakeTerminals {
  readonly revealed: number[] = [];
  times: TimesMode = 'off';
  readonly #heldFrom: number;

  constructor(heldFrom: number) {
    this.#heldFrom = heldFrom;
  }

  peek() {
    return {
      reveal: (offset: number) => {
        if (offset < this.#heldFrom) return false;
        this.revealed.push(offset);
        return true;
      },
    };
  }

  setTimes(times: TimesMode): void {
    this.times = times;
  }
}

const place = (offset: number) => ({ offset, bytes: 0, atMs: null });

test('what the terminal still holds is shown there, and ends reading elsewhere', () => {
  const terminals = new FakeTerminals(1000);
  const history = new HistoryControl(terminals);
  history.jump('b.main', place(10));
  expect(history.store.getState().places['b.main']).toEqual(place(10));
  history.jump('b.main', place(2000));
  expect(terminals.revealed).toEqual([2000]);
  expect(history.store.getState().places).toEqual({});
});

test('a console shown in hex is read in hex, wherever the place is', () => {
  const terminals = new FakeTerminals(0);
  const history = new HistoryControl(terminals);
  history.toggleHex('b.main');
  history.jump('b.main', place(5));
  expect(terminals.revealed).toEqual([]);
  expect(history.store.getState().places['b.main']).toEqual(place(5));
});

test('going to a line of a comparison ends the comparison, of that console alone', () => {
  const history = new HistoryControl(new FakeTerminals(0));
  history.compare('a.main', { right: 3 });
  history.compare('b.main');
  history.jump('a.main', place(5));
  expect(history.store.getState().comparisons).toEqual({ 'b.main': {} });
});

test('the same place asked for again is gone to again', () => {
  const history = new HistoryControl(new FakeTerminals(1000));
  history.jump('b.main', place(10));
  const first = history.store.getState().places['b.main'];
  history.jump('b.main', place(10));
  expect(history.store.getState().places['b.main']).not.toBe(first);
});
