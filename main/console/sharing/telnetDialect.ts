import { comPort, telnetOption } from '../telnet/codes.ts';
import { breakMs, ComPortServer } from '../telnet/comPortServer.ts';
import { TelnetPeer } from '../telnet/telnetPeer.ts';
import type { Dialect, DialectHost } from './dialect.ts';

const { BINARY, ECHO, SGA, COM_PORT } = telnetOption;

/** Telnet with RFC 2217, as `telnet`, pySerial and ser2net's clients expect it. */
export class TelnetDialect implements Dialect {
  readonly kind = 'telnet';
  readonly #host: DialectHost;
  readonly #peer: TelnetPeer;
  readonly #comPort: ComPortServer;

  constructor(host: DialectHost, signature: string) {
    this.#host = host;
    this.#peer = new TelnetPeer({
      allowed: { us: [BINARY, ECHO, SGA, COM_PORT], peer: [BINARY, SGA, COM_PORT] },
      mapNewlines: true,
      send: (wire) => host.send(wire),
      onData: (bytes) => host.type(bytes),
      onBreak: () => this.#sendBreak(),
      onOption: (_, option, enabled) => {
        // What the board's signals are is told to nobody who has not entered.
        if (option === COM_PORT && enabled && host.isLetIn) this.#comPort.start();
      },
      onSubnegotiation: (option, payload) => {
        if (option === COM_PORT && host.isLetIn) this.#takeComPort(payload);
      },
    });
    this.#comPort = new ComPortServer({
      signature,
      control: () => host.control,
      parameters: () => host.parameters,
      isReadOnly: () => host.isReadOnly,
      hasTyped: () => host.hasTyped,
      send: (payload) => this.#peer.sendSubnegotiation(COM_PORT, payload),
      onRefused: (error) => host.refused(error),
    });
  }

  /** A program at the other end reads what the board prints and nothing else. */
  get takesNotices(): boolean {
    return !this.#speaksComPort;
  }

  start(): void {
    // The board echoes, and every key is sent at once: that is what makes `telnet` leave its line mode.
    this.#peer.request('us', ECHO);
    this.#peer.request('us', SGA);
    this.#peer.request('peer', SGA);
    this.#peer.request('us', BINARY);
    this.#peer.request('peer', BINARY);
  }

  letIn(): void {
    if (this.#speaksComPort) this.#comPort.start();
  }

  receive(wire: Uint8Array): void {
    this.#peer.receive(wire);
  }

  encode(bytes: Uint8Array): Uint8Array {
    return this.#peer.encode(bytes);
  }

  dispose(): void {
    void this.#comPort.stop();
  }

  get #speaksComPort(): boolean {
    return this.#peer.isEnabled('us', COM_PORT) || this.#peer.isEnabled('peer', COM_PORT);
  }

  #takeComPort(payload: Uint8Array): void {
    // At once, not after what waits for the line: the point is to stop in time.
    if (payload[0] === comPort.FLOWCONTROL_SUSPEND) this.#host.suspend(true);
    else if (payload[0] === comPort.FLOWCONTROL_RESUME) this.#host.suspend(false);
    else this.#host.request(payload.length, () => this.#comPort.handle(payload));
  }

  #sendBreak(): void {
    if (!this.#host.isLetIn) return;
    this.#host.request(0, () => this.#comPort.sendBreak(breakMs));
  }
}
