import { DisposableStore, toDisposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { LabError } from '../../contract/labError.ts';
import { comPort, fromServer, telnetOption } from '../telnet/codes.ts';
import { ComPortClient } from '../telnet/comPortClient.ts';
import { encodeSubnegotiation } from '../telnet/encoder.ts';
import { TelnetPeer } from '../telnet/telnetPeer.ts';
import type { ConsoleTransport, LineControl, LineParameters } from '../transport.ts';
import { SocketTransport } from './socketTransport.ts';

const { BINARY, ECHO, SGA, COM_PORT } = telnetOption;
const agreeWithinMs = 3_000;

export interface Rfc2217Options {
  readonly host: string;
  readonly port: number;
  /** What the far line is set to when it is opened. */
  readonly line: LineParameters;
}

/** A serial line behind a telnet server with RFC 2217: ser2net, another Labdeck. */
export class Rfc2217Transport implements ConsoleTransport {
  readonly device: string;
  readonly #socket: SocketTransport;
  readonly #peer: TelnetPeer;
  readonly #client: ComPortClient;
  readonly #received = new Emitter<Uint8Array>();
  /** Whether the far end has agreed to COM-PORT. */
  readonly #agreed = new Emitter<boolean>();
  /** The far end takes no bytes for now (FLOWCONTROL-SUSPEND); null: it does. */
  #suspended: { readonly over: Promise<void>; readonly resume: () => void } | null = null;
  readonly onDidReceive = this.#received.event;
  readonly onDidClose: ConsoleTransport['onDidClose'];

  constructor({ host, port, line }: Rfc2217Options) {
    this.#socket = new SocketTransport({ kind: 'tcp', host, port });
    this.device = this.#socket.device;
    this.onDidClose = this.#socket.onDidClose;
    this.#client = new ComPortClient({
      parameters: line,
      send: (payload) => this.#socket.write(encodeSubnegotiation(COM_PORT, payload)),
    });
    this.#peer = new TelnetPeer({
      allowed: { us: [BINARY, SGA, COM_PORT], peer: [BINARY, ECHO, SGA, COM_PORT] },
      mapNewlines: false,
      // A connection that is gone is told by onDidClose.
      send: (wire) => void this.#socket.write(wire).catch(() => {}),
      onData: (bytes) => this.#received.fire(bytes),
      onBreak: () => {},
      onOption: (side, option, enabled) => {
        if (side === 'us' && option === COM_PORT) this.#agreed.fire(enabled);
      },
      onSubnegotiation: (option, payload) => {
        if (option === COM_PORT) this.#hear(payload);
      },
    });
    this.#socket.onDidReceive((wire) => this.#decode(wire));
    // Who waits to write must learn that it is over.
    this.#socket.onDidClose(() => this.#resume());
  }

  get control(): LineControl {
    return this.#client;
  }

  /**
   * Rejects with LabError DEVICE_GONE (nobody answers), UNSUPPORTED (a server without RFC 2217), TIMEOUT, or the
   * signal's reason.
   */
  async open(signal: AbortSignal): Promise<void> {
    await this.#socket.open(signal);
    const held = new DisposableStore();
    const ended = new Promise<never>((_, reject) => {
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      held.add(toDisposable(() => signal.removeEventListener('abort', abort)));
      held.add(this.#socket.onDidClose((reason) => reject(reason ?? this.#noRfc2217())));
    });
    const setUp = this.#agree().then(() => this.#client.setUp());
    try {
      await Promise.race([setUp, ended]);
    } catch (error) {
      setUp.catch(() => {});
      await this.#socket.close();
      throw error;
    } finally {
      held.dispose();
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#suspended?.over;
    await this.#socket.write(this.#peer.encode(bytes));
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  #agree(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (agreed: boolean) => {
        clearTimeout(timer);
        heard.dispose();
        if (agreed) resolve();
        else reject(this.#noRfc2217());
      };
      const heard = this.#agreed.event(settle);
      const timer = setTimeout(() => settle(false), agreeWithinMs);
      this.#peer.request('us', COM_PORT);
      this.#peer.request('us', BINARY);
      this.#peer.request('peer', BINARY);
      this.#peer.request('us', SGA);
      this.#peer.request('peer', SGA);
    });
  }

  #decode(wire: Uint8Array): void {
    try {
      this.#peer.receive(wire);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      this.#socket.abandon(
        new LabError('DEVICE_GONE', `${this.device} sent what is no telnet: ${error.message}`, {
          hint: 'If it hands out raw bytes, make the endpoint of kind tcp.',
        }),
      );
    }
  }

  #hear(payload: Uint8Array): void {
    const command = (payload[0] ?? 0) - fromServer;
    if (command === comPort.FLOWCONTROL_SUSPEND) this.#suspend();
    else if (command === comPort.FLOWCONTROL_RESUME) this.#resume();
    else this.#client.receive(payload);
  }

  #suspend(): void {
    let resume = () => {};
    const over = new Promise<void>((resolve) => {
      resume = resolve;
    });
    this.#suspended ??= { over, resume };
  }

  #resume(): void {
    this.#suspended?.resume();
    this.#suspended = null;
  }

  #noRfc2217(): LabError {
    return new LabError('UNSUPPORTED', `${this.device} speaks no RFC 2217`, {
      hint: 'If it hands out raw bytes, make the endpoint of kind tcp.',
    });
  }
}
