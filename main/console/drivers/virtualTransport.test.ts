import { expect, test } from 'vitest';
import { Emitter } from '../../base/emitter.ts';
import { describeConsoleTransport } from './consoleTransport.suite.ts';
import { type PrintingBoard, VirtualTransport } from './virtualTransport.ts';

class FakeBoard implements PrintingBoard {
  readonly #printed = new Emitter<Uint8Array>();
  readonly onDidPrint = this.#printed.event;
  typed = Buffer.alloc(0);
  readonly breaks: number[] = [];

  print(bytes: Uint8Array): void {
    this.#printed.fire(Uint8Array.from(bytes));
  }

  async type(bytes: Uint8Array): Promise<void> {
    this.typed = Buffer.concat([this.typed, bytes]);
  }

  async sendBreak(durationMs: number): Promise<void> {
    this.breaks.push(durationMs);
  }
}

describeConsoleTransport('virtual board', async () => {
  const board = new FakeBoard();
  return {
    transport: new VirtualTransport(board),
    print: (bytes) => board.print(bytes),
    typed: () => board.typed,
    hangUp: null,
    dispose: async () => {},
  };
});

test('a board whose emulator knows break gets it; everything else of a UART is unsupported', async () => {
  const board = new FakeBoard();
  const transport = new VirtualTransport(board);
  await transport.open(new AbortController().signal);
  await transport.control?.sendBreak(250);
  expect(board.breaks).toEqual([250]);
  expect(transport.control?.can).toEqual({ sendBreak: true, setSignals: false, setParameters: false });
  await expect(transport.control?.setSignals({ dtr: false })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});

test('a board without it has bytes alone', () => {
  const { onDidPrint } = new FakeBoard();
  expect(new VirtualTransport({ onDidPrint, type: async () => {} }).control).toBeNull();
});
