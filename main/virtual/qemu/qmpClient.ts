import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Emitter, type Event } from '../../base/emitter.ts';
import { LabError } from '../../contract/labError.ts';

const answerTimeoutMs = 5000;

/** Connects to a unix socket that may not be there yet. Rejects with the last error once `signal` aborts. */
export async function connectSocket(path: string, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    try {
      return await connectOnce(path);
    } catch (error) {
      if (signal.aborted) throw error;
      await delay(5);
    }
  }
}

export function connectOnce(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      // Later errors end in 'close', which is what everybody listens to.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: LabError): void;
}

/** QEMU's machine protocol: one JSON object per line (docs/interop/qmp-spec of QEMU). */
export class QmpClient {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #closed = new Emitter<void>();
  #lastId = 0;
  #text = '';
  /** Fires once, when QEMU or we hung up. */
  readonly onDidClose: Event<void> = this.#closed.event;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('close', () => {
      for (const waiting of this.#waiting.values()) waiting.reject(gone());
      this.#waiting.clear();
      this.#closed.fire();
    });
  }

  /** Connects and leaves negotiation mode. Rejects with an error of the socket or LabError. */
  static async open(path: string, signal: AbortSignal): Promise<QmpClient> {
    const client = new QmpClient(await connectSocket(path, signal));
    try {
      await client.execute('qmp_capabilities');
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  /** Runs one command. Rejects with LabError: COMMAND_FAILED, TIMEOUT, DEVICE_GONE. */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (this.#socket.destroyed) return Promise.reject(gone());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const late = () => {
        this.#waiting.delete(id);
        reject(new LabError('TIMEOUT', `QEMU did not answer ${command} within ${answerTimeoutMs} ms`));
      };
      const timer = setTimeout(late, answerTimeoutMs);
      const settle = () => clearTimeout(timer);
      this.#waiting.set(id, {
        resolve: (value) => {
          settle();
          resolve(value);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      const request = args ? { execute: command, arguments: args, id } : { execute: command, id };
      this.#socket.write(`${JSON.stringify(request)}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#text += text;
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end < 0) return;
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 1);
      try {
        if (line.trim() !== '') this.#answer(JSON.parse(line));
      } catch {
        // Whatever this is, it is not QEMU.
        this.#socket.destroy();
        return;
      }
    }
  }

  #answer(message: { id?: number; return?: unknown; error?: { class?: string; desc?: string } }): void {
    const waiting = message.id === undefined ? undefined : this.#waiting.get(message.id);
    if (message.id === undefined || !waiting) return;
    this.#waiting.delete(message.id);
    if (message.error === undefined) waiting.resolve(message.return);
    else
      waiting.reject(
        new LabError('COMMAND_FAILED', `QEMU: ${message.error.desc ?? 'no reason given'}`, {
          details: { class: message.error.class },
        }),
      );
  }
}

function gone(): LabError {
  return new LabError('DEVICE_GONE', 'QEMU has ended.');
}
