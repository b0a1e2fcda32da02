import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/fakes/fakeClock.ts';
import { Emitter } from '../../base/emitter.ts';
import { defaultTypingStyle, type TypingStyle } from '../../contract/index.ts';
import { pasteText } from './pasteText.ts';

/** A board that echoes what it reads, is busy after each line, and loses what its FIFO cannot hold meanwhile. */
class SlowBoard {
  readonly clock = new FakeClock();
  readonly #printed = new Emitter<Uint8Array>();
  readonly onDidReceive = this.#printed.event;
  readonly progress: number[] = [];
  received = '';
  lostBytes = 0;
  fifoBytes = 16;
  echoes = true;
  /** What it prints instead of a plain echo. */
  echoOf = (character: string) => (character === '\r' ? '\r\n' : character);
  /** What it prints by itself once it has read a line. */
  afterLine = '=> ';
  readonly stop = new AbortController();
  #fifo: string[] = [];
  #busy = false;

  paste(text: string, style: Partial<TypingStyle> = {}, bracketed = false): Promise<void> {
    return pasteText({
      text,
      style: { ...defaultTypingStyle, ...style },
      bracketed,
      write: async (bytes) => this.#take(Buffer.from(bytes).toString('latin1')),
      onDidReceive: this.onDidReceive,
      signal: this.stop.signal,
      onProgress: (done) => this.progress.push(done),
      clock: this.clock,
    });
  }

  print(text: string): void {
    this.#printed.fire(Buffer.from(text, 'latin1'));
  }

  #take(text: string): void {
    for (const character of text) {
      if (!this.#busy) this.#read(character);
      else if (this.#fifo.length < this.fifoBytes) this.#fifo.push(character);
      else this.lostBytes += 1;
    }
  }

  #read(character: string): void {
    this.received += character;
    if (this.echoes) this.print(this.echoOf(character));
    if (character !== '\r') return;
    this.#busy = true;
    setImmediate(() => {
      this.#busy = false;
      this.print(this.afterLine);
      for (const waiting of this.#fifo.splice(0)) this.#read(waiting);
    });
  }
}

const environment = Array.from({ length: 50 }, (_, n) => `setenv var${n} value number ${n} in some length`);

test.each([
  ['cr', 'one\rtwo\r'],
  ['lf', 'one\ntwo\n'],
  ['crlf', 'one\r\ntwo\r\n'],
] as const)('line breaks of any kind become what Enter sends: %s', async (lineEnding, sent) => {
  for (const text of ['one\ntwo\n', 'one\r\ntwo\r\n', 'one\rtwo\r']) {
    const board = new SlowBoard();
    await board.paste(text, { lineEnding });
    await expect.poll(() => board.received, { interval: 5 }).toBe(sent);
  }
});

test('waiting for the echo, a board with a small FIFO loses nothing; without, it does', async () => {
  const text = `${environment.join('\n')}\n`;
  const careful = new SlowBoard();
  await careful.paste(text, { waitForEcho: true });
  expect(careful.lostBytes).toBe(0);
  expect(careful.received).toBe(text.replaceAll('\n', '\r'));
  const careless = new SlowBoard();
  await careless.paste(text);
  expect(careless.lostBytes).toBeGreaterThan(0);
});

test('other output, wrapped lines, colours and tabs between the echo do no harm', async () => {
  const board = new SlowBoard();
  let column = 0;
  board.echoOf = (character) => {
    column = character === '\r' ? 0 : column + 1;
    if (character === '\t') return '        ';
    const wrap = column % 20 === 0 ? ' \r\n' : '';
    return `${wrap}\x1b[32m${character}\x1b[0m${column === 7 ? '\r\n[ 12.3] usb 1-1: new\r\n' : ''}`;
  };
  let done = false;
  const pasted = board.paste('echo\ta long line that the board wraps, with words\nsecond\n', {
    waitForEcho: true,
  });
  void pasted.finally(() => {
    done = true;
  });
  while (!done) await board.clock.pass(100);
  await pasted;
  expect(board.received).toBe('echo\ta long line that the board wraps, with words\rsecond\r');
});

test('a board that stops echoing is not typed to, and the error says how far it came', async () => {
  const board = new SlowBoard();
  board.fifoBytes = 1000;
  board.afterLine = '';
  board.echoOf = (character) => {
    if (board.received.includes('line 3')) return '';
    return character === '\r' ? '\r\n' : character;
  };
  const failed = board.paste('line 1\nline 2\nline 3 which is a longer one\nline 4\n', { waitForEcho: true });
  failed.catch(() => {});
  await expect.poll(() => board.clock.sleeping === 1 && board.received.includes('line 3')).toBe(true);
  await board.clock.pass(10_000);
  await expect(failed).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringMatching(/line 3 .*2 of 4 lines whole.*first 16 bytes.*Not typed.*the 1 after it/),
  });
  expect(board.received).toBe('line 1\rline 2\rline 3 which is ');
});

test('characters and lines are typed at the pace that was asked for', async () => {
  const board = new SlowBoard();
  const startMs = board.clock.nowMs();
  const pasted = board
    .paste('abc\nde\n', { charDelayMs: 10, lineDelayMs: 500 })
    .then(() => board.clock.nowMs());
  await board.clock.pass(45);
  expect(board.received).toBe('abc\r');
  await board.clock.pass(2000);
  expect((await pasted) - startMs).toBe(7 * 10 + 2 * 500);
  expect(board.received).toBe('abc\rde\r');
});

test('a cancelled paste stops where it is', async () => {
  const board = new SlowBoard();
  const pasted = board.paste('a'.repeat(100), { charDelayMs: 10 });
  pasted.catch(() => {});
  await board.clock.pass(55);
  board.stop.abort(new Error('enough'));
  await expect(pasted).rejects.toThrow('enough');
  expect(board.received).toBe('aaaaaa');
});

test('a paste into a program that asked for brackets cannot break out of them', async () => {
  const board = new SlowBoard();
  board.fifoBytes = 1000;
  await board.paste('safe\x1b[20\x1b[201~1~\nrm -rf /\n', {}, true);
  await expect.poll(() => board.received).toBe('\x1b[200~safe\rrm -rf /\r\x1b[201~');
});

test('progress goes from nothing to all', async () => {
  const board = new SlowBoard();
  await board.paste(environment.join('\n'), { waitForEcho: true });
  expect(board.progress[0]).toBe(0);
  expect(board.progress).toEqual([...board.progress].sort((a, b) => a - b));
});
