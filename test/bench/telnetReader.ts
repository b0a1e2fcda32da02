import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RestClient } from './benchHost.ts';
import { waitFor } from './waiting.ts';

/** Option offers and a greeting are over by then. */
const settleMs = 600;

/** Opens a board's only console to telnet clients; answers the port. */
export async function shareByTelnet(host: RestClient, board: string): Promise<number> {
  const { status, body } = await host.rest('PUT', `/consoles/${board}.main/sharing`, { telnet: { port: 0 } });
  const port = (body as { telnet?: { port: number } | null }).telnet?.port;
  if (status !== 200 || !port) throw new Error(`${board} was not shared: ${JSON.stringify(body)}`);
  return port;
}

/** A telnet client that keeps what the board prints. The bench's text has no byte that telnet would escape. */
export class TelnetReader {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #lastNs = 0n;
  #ended = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      this.#lastNs = process.hrtime.bigint();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#ended = true;
    });
  }

  static open(port: number): TelnetReader {
    return new TelnetReader(connect(port, '127.0.0.1'));
  }

  /** Resolves once the server has nothing more to say of itself; what it said is forgotten. */
  async settled(): Promise<void> {
    if (this.#socket.connecting) await once(this.#socket, 'connect');
    await sleep(settleMs);
    this.#chunks = [];
    this.#bytes = 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Everything that came since it settled. */
  text(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** When the last of `bytes` came, by the monotonic clock. Rejects when they do not come, or the server hangs up. */
  async receives(bytes: number, timeoutMs: number): Promise<bigint> {
    return await waitFor(
      () => {
        if (this.#bytes >= bytes) return this.#lastNs;
        if (this.#ended)
          throw new Error(`hung up after ${this.#bytes} bytes: ${this.#chunks.at(-1)?.subarray(-120)}`);
        return null;
      },
      timeoutMs,
      `${bytes} bytes by telnet (${this.#bytes} came)`,
      2,
    );
  }

  close(): void {
    this.#socket.destroy();
  }
}
