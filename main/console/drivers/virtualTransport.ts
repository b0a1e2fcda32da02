import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import type { LabError } from '../../contract/labError.ts';
import type { ConsoleTransport } from '../transport.ts';

/** The part of a virtual board a console needs. */
export interface PrintingBoard {
  readonly onDidPrint: (listener: (bytes: Uint8Array) => void) => Disposable;
  type(bytes: Uint8Array): Promise<void>;
}

/** The console of a virtual board: always plugged in, silent while the board is off. */
export class VirtualTransport implements ConsoleTransport {
  readonly device = null;
  readonly #board: PrintingBoard;
  readonly #held = new DisposableStore();
  readonly #received = new Emitter<Uint8Array>();
  readonly #closed = new Emitter<LabError | null>();
  readonly onDidReceive = this.#received.event;
  readonly onDidClose = this.#closed.event;

  constructor(board: PrintingBoard) {
    this.#board = board;
  }

  async open(): Promise<void> {
    this.#held.add(this.#board.onDidPrint((bytes) => this.#received.fire(bytes)));
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#board.type(bytes);
  }

  async close(): Promise<void> {
    this.#held.dispose();
    this.#closed.fire(null);
  }
}
