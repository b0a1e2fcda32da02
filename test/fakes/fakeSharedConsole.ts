import { type GuardedControl, guardedControl } from '../../main/console/leases/guardedControl.ts';
import type { SharedConsole } from '../../main/console/sharing/sharedConsole.ts';
import type { LineControl, LineParameters } from '../../main/console/transport.ts';
import type { ViewerEvent, ViewerLimits } from '../../main/console/viewer.ts';
import type { Client } from '../../main/contract/index.ts';
import { LabError } from '../../main/contract/labError.ts';

const pieceBytes = 64 * 1024;

/** A console with everything it ever printed in memory, one writer at most, and a line that can be blocked. */
export class FakeSharedConsole implements SharedConsole {
  readonly parameters: LineParameters = {
    baudRate: 115_200,
    dataBits: 8,
    parity: 'none',
    stopBits: 1,
    flowControl: 'none',
  };
  line: LineControl | null = null;
  /** Everybody else's typing is refused. */
  holder: { clientId: string; who: string } | null = null;
  /** Everything that was typed, and by whom. */
  typed = Buffer.alloc(0);
  readonly typists = new Set<string>();
  /** Who was let write, or change the line. */
  readonly claimants = new Set<string>();
  /** What is typed waits for it. */
  gate: Promise<void> = Promise.resolve();
  #printed = Buffer.alloc(0);
  readonly #readers = new Set<Reader>();

  get writer(): string | null {
    return this.holder?.who ?? null;
  }

  get readers(): number {
    return this.#readers.size;
  }

  print(text: string | Uint8Array): void {
    this.#printed = Buffer.concat([this.#printed, typeof text === 'string' ? Buffer.from(text) : text]);
    for (const reader of this.#readers) reader.pump(this.#printed);
  }

  /** The console is removed. */
  end(message: string): void {
    for (const reader of [...this.#readers])
      reader.emit({ type: 'ended', code: 'DEVICE_GONE', message, hint: '' });
  }

  view(fromOffset: number, emit: (event: ViewerEvent) => void, limits: ViewerLimits = {}) {
    const start = Math.min(fromOffset, this.#printed.length);
    const reader = new Reader(start, emit, limits.windowBytes ?? 1024 * 1024);
    this.#readers.add(reader);
    const printed = () => this.#printed;
    return {
      ack: (bytes: number) => {
        reader.unackedBytes -= bytes;
        if (this.#readers.has(reader)) reader.pump(printed());
      },
      get behindBytes() {
        return printed().length - reader.cursor + reader.unackedBytes;
      },
      // It hands everything on at once.
      setPace: () => {},
      dispose: () => void this.#readers.delete(reader),
    };
  }

  async write(bytes: Uint8Array, client: Client): Promise<void> {
    await this.gate;
    this.#claim(client);
    this.typists.add(client.who);
    this.typed = Buffer.concat([this.typed, bytes]);
  }

  control(client: Client): GuardedControl | null {
    return this.line && guardedControl(this.line, () => this.#claim(client));
  }

  #claim(client: Client): void {
    if (this.holder && this.holder.clientId !== client.clientId)
      throw new LabError('LEASED', `${this.holder.who} is writing`, { hint: 'Ask for the lease.' });
    this.claimants.add(client.who);
  }
}

class Reader {
  readonly emit: (event: ViewerEvent) => void;
  readonly #windowBytes: number;
  cursor: number;
  unackedBytes = 0;

  constructor(cursor: number, emit: (event: ViewerEvent) => void, windowBytes: number) {
    this.cursor = cursor;
    this.emit = emit;
    this.#windowBytes = windowBytes;
  }

  pump(printed: Buffer): void {
    while (this.cursor < printed.length && this.unackedBytes < this.#windowBytes) {
      const bytes = printed.subarray(this.cursor, this.cursor + pieceBytes);
      this.unackedBytes += bytes.length;
      this.cursor += bytes.length;
      this.emit({ type: 'data', offset: this.cursor - bytes.length, bytes });
    }
  }
}
