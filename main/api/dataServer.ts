import type { ConsoleService, Viewer } from '../console/index.ts';
import { type DataRequest, decodeDataRequest, encodeDataEvent } from '../contract/index.ts';
import { LabError } from '../contract/labError.ts';

/** One client's byte channel; see contract/dataChannel.ts. */
export interface DataConnection {
  /** Hands one message over. Must not keep the buffer's owner waiting. */
  send(message: Uint8Array<ArrayBuffer>): void;
}

const maxSubscriptions = 1024;

/** Feeds one client's subscriptions. */
export class DataSession {
  readonly #consoles: ConsoleService;
  readonly #connection: DataConnection;
  readonly #viewers = new Map<number, Viewer>();

  constructor(consoles: ConsoleService, connection: DataConnection) {
    this.#consoles = consoles;
    this.#connection = connection;
  }

  /** False when the message is none of ours: the caller should end the connection. */
  receive(message: Uint8Array): boolean {
    const request = decodeDataRequest(message);
    if (!request) return false;
    if (request.type === 'ack') this.#viewers.get(request.sub)?.ack(request.bytes);
    else if (request.type === 'unsubscribe') this.#forget(request.sub);
    else this.#subscribe(request);
    return true;
  }

  dispose(): void {
    for (const sub of [...this.#viewers.keys()]) this.#forget(sub);
  }

  #subscribe({ sub, consoleId, fromOffset }: Extract<DataRequest, { type: 'subscribe' }>): void {
    this.#forget(sub);
    try {
      if (this.#viewers.size >= maxSubscriptions)
        throw new LabError('CONFLICT', 'Too many consoles in one window', { hint: 'Close some of them.' });
      const viewer = this.#consoles.get(consoleId).view(fromOffset, (event) => {
        if (event.type === 'ended') this.#viewers.delete(sub);
        this.#connection.send(encodeDataEvent({ ...event, sub }));
      });
      this.#viewers.set(sub, viewer);
    } catch (error) {
      const problem =
        error instanceof LabError
          ? error
          : new LabError('INTERNAL', error instanceof Error ? error.message : String(error));
      const { code, message, hint } = problem;
      this.#connection.send(encodeDataEvent({ type: 'ended', sub, code, message, hint: hint ?? '' }));
    }
  }

  #forget(sub: number): void {
    this.#viewers.get(sub)?.dispose();
    this.#viewers.delete(sub);
  }
}
