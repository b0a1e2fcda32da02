import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { vi } from 'vitest';

/** A program at the other end of a socket: it keeps what it hears, or stops reading altogether. */
export class RawClient {
  readonly socket: Socket;
  heard = Buffer.alloc(0);
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.heard = Buffer.concat([this.heard, bytes]);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
  }

  static async connect(to: NetConnectOpts): Promise<RawClient> {
    const socket = connect(to);
    const client = new RawClient(socket);
    await once(socket, 'connect');
    return client;
  }

  get text(): string {
    return this.heard.toString('latin1');
  }

  send(bytes: string | Uint8Array | readonly number[]): void {
    this.socket.write(typeof bytes === 'string' ? bytes : Uint8Array.from(bytes));
  }

  /** Resolves once `text` was heard. */
  async hears(text: string): Promise<void> {
    await vi.waitFor(
      () => {
        if (!this.text.includes(text))
          throw new Error(`not heard: ${text} in ${JSON.stringify(this.text.slice(-500))}`);
      },
      { timeout: 8_000, interval: 5 },
    );
  }

  async isClosed(): Promise<void> {
    await vi.waitFor(
      () => {
        if (!this.closed) throw new Error('still connected');
      },
      { timeout: 8_000, interval: 5 },
    );
  }

  destroy(): void {
    this.socket.destroy();
  }
}
