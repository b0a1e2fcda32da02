import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { fail, type LabError } from '../../contract/labError.ts';
import type { ConsoleTransport, LineControl, LineParameters } from '../transport.ts';

/** The part of a virtual board a console needs. */
export interface PrintingBoard {
  readonly onDidPrint: (listener: (bytes: Uint8Array) => void) => Disposable;
  type(bytes: Uint8Array): Promise<void>;
  /** Left out where its emulator has no such thing. */
  sendBreak?(durationMs: number): Promise<void>;
}

/** What its UART would be set to, if it had one. */
const parameters: LineParameters = {
  baudRate: 115_200,
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
  flowControl: 'none',
};

/** The console of a virtual board: always plugged in, silent while the board is off. */
export class VirtualTransport implements ConsoleTransport {
  readonly device = null;
  readonly control: LineControl | null;
  readonly #board: PrintingBoard;
  readonly #held = new DisposableStore();
  readonly #received = new Emitter<Uint8Array>();
  readonly #closed = new Emitter<LabError | null>();
  #ended = false;
  readonly onDidReceive = this.#received.event;
  readonly onDidClose = this.#closed.event;

  constructor(board: PrintingBoard) {
    this.#board = board;
    this.control = board.sendBreak ? breakOnly((durationMs) => this.#sendBreak(durationMs)) : null;
  }

  async open(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#held.add(this.#board.onDidPrint((bytes) => this.#received.fire(bytes)));
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#checkOpen();
    await this.#board.type(bytes);
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#held.dispose();
    this.#closed.fire(null);
  }

  async #sendBreak(durationMs: number): Promise<void> {
    this.#checkOpen();
    await this.#board.sendBreak?.(durationMs);
  }

  #checkOpen(): void {
    if (this.#ended) fail('DEVICE_GONE', 'The console is closed');
  }
}

function breakOnly(sendBreak: (durationMs: number) => Promise<void>): LineControl {
  const unsupported = async () => fail('UNSUPPORTED', 'A virtual board has no UART');
  return {
    can: { sendBreak: true, setSignals: false, setParameters: false },
    parameters,
    sendBreak,
    setSignals: unsupported,
    readSignals: unsupported,
    setParameters: unsupported,
    purge: unsupported,
  };
}
