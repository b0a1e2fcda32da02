import { Emitter } from '../../main/base/emitter.ts';
import type { ConsoleTransport, LineControl } from '../../main/console/transport.ts';
import { LabError } from '../../main/contract/labError.ts';

/**
 * The wire between a console and a board, as the tests hold it: it can be plugged, pulled in the middle of a
 * write, held by somebody else, or blocked by flow control.
 */
export class FakeBoardLine {
  plugged = true;
  heldBy: string | null = null;
  blocked = false;
  /** Everything that reached the board. */
  typed = Buffer.alloc(0);
  opened = 0;
  /** The line behind the bytes, where the test has one. */
  control: LineControl | null = null;
  #current: FakeTransport | null = null;

  /** The board prints. Lost, as in life, while nobody has the line open. */
  print(text: string | Uint8Array): void {
    this.#current?.received.fire(typeof text === 'string' ? Buffer.from(text) : text);
  }

  pull(): void {
    this.plugged = false;
    const current = this.#current;
    this.#current = null;
    current?.end(gone());
  }

  readonly connect = (): ConsoleTransport => {
    if (!this.plugged) throw gone();
    return new FakeTransport(this, (transport) => {
      this.opened++;
      this.#current = transport;
    });
  };
}

class FakeTransport implements ConsoleTransport {
  readonly device = '/dev/fake0';
  readonly received = new Emitter<Uint8Array>();
  readonly #closed = new Emitter<LabError | null>();
  readonly onDidReceive = this.received.event;
  readonly onDidClose = this.#closed.event;
  readonly #line: FakeBoardLine;
  readonly #onOpen: (transport: FakeTransport) => void;
  #rejectWrite: (error: LabError) => void = () => {};

  constructor(line: FakeBoardLine, onOpen: (transport: FakeTransport) => void) {
    this.#line = line;
    this.#onOpen = onOpen;
  }

  get control(): LineControl | null {
    return this.#line.control;
  }

  async open(): Promise<void> {
    if (this.#line.heldBy !== null) throw new LabError('DEVICE_BUSY', `in use by ${this.#line.heldBy}`);
    this.#onOpen(this);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#rejectWrite = reject;
      if (this.#line.blocked) return;
      this.#line.typed = Buffer.concat([this.#line.typed, bytes]);
      resolve();
    });
  }

  async close(): Promise<void> {
    this.end(null);
  }

  end(reason: LabError | null): void {
    this.#rejectWrite(reason ?? gone());
    this.#closed.fire(reason);
  }
}

function gone(): LabError {
  return new LabError('DEVICE_GONE', '/dev/fake0 is not there', { hint: 'Plug it in.' });
}
