import { readSync } from 'node:fs';
import { autoDetect } from '@serialport/bindings-cpp';
import { Emitter } from '../../base/emitter.ts';
import { errnoOf } from '../../base/errno.ts';
import { keepDtrOnClose } from '../../base/hupcl.ts';
import { LabError } from '../../contract/labError.ts';
import type { ConsoleTransport, LineControl, LineParameters } from '../transport.ts';
import { SlabAllocator } from './slab.ts';
import { TtyControl } from './ttyControl.ts';

type OpenBinding = Awaited<ReturnType<ReturnType<typeof autoDetect>['open']>>;
/** What the Unix bindings have and the Windows one has not: the descriptor and a poller on it. */
interface UnixBinding {
  readonly fd: number | null;
  readonly poller: { once(event: 'readable', listener: (error: Error | null) => void): unknown };
}

export interface TtyOptions {
  /** The node to open now; identities are resolved before. */
  readonly device: string;
  readonly line: LineParameters;
  readonly ports: {
    /** Who else has the device open. */
    holders(device: string): Promise<readonly { pid: number; command: string }[]>;
    /** Why it could not be opened, found by looking at the system. */
    explainOpenFailure(device: string, cause: unknown): Promise<LabError>;
  };
}

/** A tty hands out at most what fits its line buffer; less than that means it is drained for now. */
const ttyBufferBytes = 4095;
/** One busy console may read this much before the others have their turn. */
const turnBytes = 256 * 1024;

/**
 * A serial port of this machine. Reads without a thread hop: once the kernel says readable, everything there is
 * read at once, straight into memory that is then handed on and never reused, so nothing is copied.
 */
export class TtyTransport implements ConsoleTransport {
  readonly device: string;
  readonly #options: TtyOptions;
  readonly #received = new Emitter<Uint8Array>();
  readonly #closed = new Emitter<LabError | null>();
  readonly #slab = new SlabAllocator();
  #binding: OpenBinding | null = null;
  #control: LineControl | null = null;
  #ended = false;
  readonly onDidReceive = this.#received.event;
  readonly onDidClose = this.#closed.event;

  constructor(options: TtyOptions) {
    this.#options = options;
    this.device = options.device;
  }

  get control(): LineControl | null {
    return this.#control;
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.#checkHolders();
    signal.throwIfAborted();
    const { line } = this.#options;
    let binding: OpenBinding;
    try {
      binding = await autoDetect().open({
        path: this.device,
        baudRate: line.baudRate,
        dataBits: line.dataBits,
        parity: line.parity,
        stopBits: line.stopBits,
        rtscts: line.flowControl === 'rtscts',
        xon: line.flowControl === 'xonxoff',
        xoff: line.flowControl === 'xonxoff',
        hupcl: false,
      });
    } catch (cause) {
      throw await this.#options.ports.explainOpenFailure(this.device, cause);
    }
    if (signal.aborted || this.#ended) {
      // Whoever gave up has closed this transport already: what came too late is closed here, or it stays locked.
      await binding.close().catch(() => {});
      signal.throwIfAborted();
      throw this.#gone();
    }
    this.#binding = binding;
    const unix = asUnix(binding);
    if (unix) this.#waitReadable(unix);
    else void this.#readLoop(binding);
    // Not waited for before reading: a board that boots right now prints.
    const { baudRate, dataBits, parity, stopBits, flowControl } = line;
    const parameters = { baudRate, dataBits, parity, stopBits, flowControl };
    const readAll = () => {
      if (unix) this.#readAll(unix);
    };
    this.#control = await TtyControl.probe(binding, this.device, parameters, readAll);
    await keepDtrOnClose(this.device);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const binding = this.#binding;
    if (!binding || this.#ended) throw this.#gone();
    try {
      await binding.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    } catch (cause) {
      this.#end(this.#gone(cause));
      throw this.#gone(cause);
    }
  }

  async close(): Promise<void> {
    this.#end(null);
  }

  #waitReadable(binding: UnixBinding): void {
    if (this.#ended) return;
    binding.poller.once('readable', (error) => {
      if (this.#ended) return;
      if (error) this.#end(this.#gone(error));
      else {
        this.#readAll(binding);
        this.#waitReadable(binding);
      }
    });
  }

  #readAll(binding: UnixBinding): void {
    const { fd } = binding;
    if (fd === null) return;
    for (let read = 0; read < turnBytes && !this.#ended; ) {
      const space = this.#slab.space();
      let count: number;
      try {
        count = readSync(fd, space, 0, space.length, null);
      } catch (error) {
        if (isRetry(error)) break;
        // EIO is how a pty and an unplugged tty say goodbye.
        this.#end(this.#gone(error));
        return;
      }
      if (count === 0) {
        this.#end(this.#gone());
        return;
      }
      read += count;
      this.#received.fire(this.#slab.take(count));
      // Asking once more would cost an exception (EAGAIN) for every line printed.
      if (count < ttyBufferBytes && count < space.length) break;
    }
  }

  async #readLoop(binding: OpenBinding): Promise<void> {
    try {
      while (!this.#ended) {
        const space = this.#slab.space();
        const { bytesRead } = await binding.read(space, 0, space.length);
        if (!this.#ended) this.#received.fire(this.#slab.take(bytesRead));
      }
    } catch (error) {
      this.#end(this.#gone(error));
    }
  }

  /** Closes the descriptor at once: as long as a dead one is held, the board comes back under another number. */
  #end(reason: LabError | null): void {
    if (this.#ended) return;
    this.#ended = true;
    const binding = this.#binding;
    this.#binding = null;
    if (binding?.isOpen) binding.close().catch(() => {});
    this.#closed.fire(reason);
  }

  /** A program that takes no lock would share the line unnoticed, and each would get half of the bytes. */
  async #checkHolders(): Promise<void> {
    const [holder, ...more] = await this.#options.ports.holders(this.device);
    if (!holder) return;
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    throw new LabError(
      'DEVICE_BUSY',
      `${this.device} is in use by ${holder.command} (pid ${holder.pid})${others}`,
      {
        hint: `Quit ${holder.command}; Labdeck takes the port as soon as it is free.`,
        details: { holders: [holder, ...more] },
      },
    );
  }

  #gone(cause?: unknown): LabError {
    return new LabError(
      'DEVICE_GONE',
      `${this.device} is not there`,
      { hint: 'Plug the cable in again; the console comes back by itself.' },
      { cause },
    );
  }
}

function asUnix(binding: OpenBinding): UnixBinding | null {
  return 'poller' in binding && 'fd' in binding ? (binding as unknown as UnixBinding) : null;
}

function isRetry(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'EAGAIN' || code === 'EWOULDBLOCK' || code === 'EINTR';
}
