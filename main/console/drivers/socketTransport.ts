import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { Emitter } from '../../base/emitter.ts';
import { errnoOf, messageOf } from '../../base/errno.ts';
import { LabError } from '../../contract/labError.ts';
import type { ConsoleTransport } from '../transport.ts';

const keepAliveAfterMs = 10_000;

export type SocketAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** Raw bytes over TCP or a unix socket: an existing ser2net or conserver, an emulator. */
export class SocketTransport implements ConsoleTransport {
  readonly device: string;
  readonly control = null;
  readonly #options: NetConnectOpts;
  readonly #received = new Emitter<Uint8Array>();
  readonly #closed = new Emitter<LabError | null>();
  #socket: Socket | null = null;
  #ended = false;
  readonly onDidReceive = this.#received.event;
  readonly onDidClose = this.#closed.event;

  constructor(address: SocketAddress) {
    this.device = describe(address);
    this.#options =
      address.kind === 'unix'
        ? { path: address.path }
        : {
            host: address.host,
            port: address.port,
            noDelay: true,
            // A far end that lost its power says no goodbye.
            keepAlive: true,
            keepAliveInitialDelay: keepAliveAfterMs,
          };
  }

  /**
   * Rejects with LabError DEVICE_GONE (nobody answers there), PERMISSION_DENIED, or the signal's reason.
   */
  async open(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const socket = connect(this.#options);
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => reject(signal.reason);
      signal.addEventListener('abort', giveUp, { once: true });
      const settle = (settled: () => void) => {
        signal.removeEventListener('abort', giveUp);
        settled();
      };
      socket.once('connect', () => settle(resolve));
      socket.once('error', (cause) => settle(() => reject(this.#notOpened(cause))));
      socket.once('close', () => settle(() => reject(this.#gone())));
    }).catch((error) => {
      this.#ended = true;
      socket.on('error', () => {});
      socket.destroy();
      throw error;
    });
    // Node reads into fresh memory each time, so what is handed on is the listener's.
    socket.on('data', (bytes) => this.#received.fire(bytes));
    socket.on('error', (cause) => this.#end(this.#gone(cause)));
    socket.on('close', () => this.#end(this.#gone()));
  }

  write(bytes: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (!socket || this.#ended) return Promise.reject(this.#gone());
    return new Promise((resolve, reject) => {
      socket.write(bytes, (cause) => (cause ? reject(this.#gone(cause)) : resolve()));
    });
  }

  async close(): Promise<void> {
    this.#end(null);
  }

  /** Closes it for a reason of the caller's: what came through it makes no sense. */
  abandon(reason: LabError): void {
    this.#end(reason);
  }

  #end(reason: LabError | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#socket?.destroy();
    this.#closed.fire(reason);
  }

  #notOpened(cause: unknown): LabError {
    switch (errnoOf(cause)) {
      case 'EACCES':
      case 'EPERM':
        return new LabError(
          'PERMISSION_DENIED',
          `You may not open ${this.device}`,
          { hint: 'Give your user the right to it.' },
          { cause },
        );
      case 'ECONNREFUSED':
      case 'ENOENT':
        return new LabError(
          'DEVICE_GONE',
          `Nobody listens at ${this.device}`,
          { hint: 'Start the server there; the console then opens by itself.' },
          { cause },
        );
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        return new LabError(
          'DEVICE_GONE',
          `The host of ${this.device} is unknown`,
          { hint: 'Check its name, or give its address.' },
          { cause },
        );
      default:
        return new LabError(
          'DEVICE_GONE',
          `${this.device} cannot be reached: ${messageOf(cause)}`,
          { hint: 'Check the address, the cable and the firewall.' },
          { cause },
        );
    }
  }

  #gone(cause?: unknown): LabError {
    return new LabError(
      'DEVICE_GONE',
      `${this.device} has closed the connection`,
      { hint: 'The console comes back by itself once the server answers again.' },
      { cause },
    );
  }
}

function describe(address: SocketAddress): string {
  if (address.kind === 'unix') return address.path;
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}
