import { Terminal } from '@xterm/xterm';
import { expect, test } from 'vitest';
import { LineOffsets } from './lineOffsets.ts';

/** A real terminal without a screen; everything written to it is the recording from offset 0 on. */
class Recorded {
  readonly terminal: Terminal;
  readonly lines: LineOffsets;
  text = '';

  constructor(cols: number, rows: number, scrollback: number) {
    this.terminal = new Terminal({ cols, rows, scrollback });
    this.lines = new LineOffsets(this.terminal);
  }

  print(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    this.lines.writing(bytes, this.text.length);
    this.text += text;
    return new Promise((resolve) =>
      this.terminal.write(bytes, () => {
        this.lines.parsed();
        resolve();
      }),
    );
  }

  /** What stands on screen before each row: the line of the recording that begins at its offset. */
  labels(): (string | null)[] {
    const { active } = this.terminal.buffer;
    return this.lines
      .startsOf(active.viewportY, this.terminal.rows)
      .map((start) => (start === null ? null : (this.text.slice(start).split('\r\n')[0] ?? '')));
  }

  shown(): string[] {
    const { active } = this.terminal.buffer;
    return Array.from(
      { length: this.terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
  }
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}\r\n`).join('');

test('each row knows where its line begins, however the bytes came in', async () => {
  const recorded = new Recorded(20, 5, 100);
  await recorded.print('one\r\ntw');
  await recorded.print('o\r');
  await recorded.print('\nthree');
  expect(recorded.labels()).toEqual(['one', 'two', 'three', null, null]);
});

test('a line that fills several rows is labelled once', async () => {
  const recorded = new Recorded(10, 5, 100);
  await recorded.print(`${'x'.repeat(25)}\r\nshort\r\n`);
  expect(recorded.labels()).toEqual(['x'.repeat(25), null, null, 'short', '']);
});

test('rows keep their lines while thousands are cut off at the top', async () => {
  const recorded = new Recorded(20, 6, 120);
  for (let from = 0; from < 3000; from += 100) await recorded.print(numbered(from, from + 100));
  expect(recorded.labels()).toEqual(recorded.shown());
  expect(recorded.shown()[0]).toBe('line 2995');
  recorded.terminal.scrollToTop();
  expect(recorded.labels()).toEqual(recorded.shown());
});

test('many lines in one chunk are told apart, also when most are cut off at once', async () => {
  const recorded = new Recorded(20, 6, 100);
  await recorded.print(numbered(0, 2000));
  expect(recorded.labels()).toEqual(recorded.shown());
});

test('lines are found again after the window was resized', async () => {
  const recorded = new Recorded(30, 6, 500);
  await recorded.print(`${'a'.repeat(50)}\r\n${'b'.repeat(29)}\r\n${numbered(0, 200)}`);
  recorded.terminal.resize(12, 6);
  await recorded.print(numbered(200, 230));
  recorded.terminal.scrollToTop();
  expect(recorded.labels().filter((label) => label !== null)).toEqual(['a'.repeat(50), 'b'.repeat(29)]);
  const row = recorded.lines.rowOf(recorded.text.indexOf('line 222') + 3);
  expect(recorded.terminal.buffer.active.getLine(row ?? -1)?.translateToString(true)).toBe('line 222');
});

test('a byte no longer in the terminal, or not yet, has no row', async () => {
  const recorded = new Recorded(20, 5, 100);
  await recorded.print(numbered(0, 1000));
  expect(recorded.lines.rowOf(3)).toBeNull();
  expect(recorded.lines.rowOf(recorded.text.length + 10)).toBeNull();
});

test('a program that draws all over the screen gets no label that is not true', async () => {
  const recorded = new Recorded(20, 6, 100);
  await recorded.print(numbered(0, 5));
  await recorded.print('\x1b[2J\x1b[H1\r\n2\r\n3');
  const labels = recorded.labels();
  const shown = recorded.shown();
  labels.forEach((label, row) => {
    if (label !== null) expect(label).toBe(shown[row]);
  });
});

test('after the terminal was cleared only new lines are labelled', async () => {
  const recorded = new Recorded(20, 5, 100);
  await recorded.print(numbered(0, 50));
  recorded.terminal.clear();
  recorded.lines.reset();
  expect(recorded.lines.rowOf(recorded.text.indexOf('line 49'))).toBeNull();
  await recorded.print('new\r\nnewer\r\n');
  expect(recorded.labels()).toEqual(['new', 'newer', '', null, null]);
});
