import { telnet, telnetOption } from './codes.ts';
import { TelnetDecoder } from './decoder.ts';
import { encodeNegotiation, encodeSubnegotiation, escapeIac } from './encoder.ts';
import { NetworkNewlines } from './newlines.ts';
import { OptionNegotiator, type Side } from './optionNegotiator.ts';

export interface TelnetPeerOptions {
  /** Options either side may have. */
  readonly allowed: { readonly us: readonly number[]; readonly peer: readonly number[] };
  /** Whether Enter arrives as CR NUL or CR LF while the peer is not BINARY, to be made a lone CR. */
  readonly mapNewlines: boolean;
  /** Puts bytes on the wire, as they are. */
  readonly send: (bytes: Uint8Array) => void;
  readonly onData: (bytes: Uint8Array) => void;
  readonly onBreak: () => void;
  readonly onOption: (side: Side, option: number, enabled: boolean) => void;
  readonly onSubnegotiation: (option: number, payload: Uint8Array) => void;
}

/** One end of a telnet connection: bytes of the wire in, bytes of the application out, and the reverse. */
export class TelnetPeer {
  readonly #options: TelnetPeerOptions;
  readonly #decoder: TelnetDecoder;
  readonly #negotiator: OptionNegotiator;
  readonly #newlines = new NetworkNewlines();
  #speaksTelnet = false;

  constructor(options: TelnetPeerOptions) {
    this.#options = options;
    this.#negotiator = new OptionNegotiator({
      allowed: options.allowed,
      send: (verb, option) => options.send(encodeNegotiation(verb, option)),
      onChange: options.onOption,
    });
    this.#decoder = new TelnetDecoder({
      onData: (bytes) => this.#take(bytes),
      onCommand: (code) => this.#obey(code),
      onNegotiation: (verb, option) => {
        this.#speaksTelnet = true;
        this.#negotiator.receive(verb, option);
      },
      onSubnegotiation: (option, payload) => {
        this.#speaksTelnet = true;
        options.onSubnegotiation(option, payload);
      },
    });
  }

  /** Throws LabError BAD_REQUEST for what is no telnet; the connection is to be closed then. */
  receive(bytes: Uint8Array): void {
    this.#decoder.feed(bytes);
  }

  request(side: Side, option: number): void {
    this.#negotiator.request(side, option);
  }

  withdraw(side: Side, option: number): void {
    this.#negotiator.withdraw(side, option);
  }

  isEnabled(side: Side, option: number): boolean {
    return this.#negotiator.isEnabled(side, option);
  }

  /** Application bytes as they go on the wire; the same bytes where nothing has to be escaped. */
  encode(bytes: Uint8Array): Uint8Array {
    return escapeIac(bytes);
  }

  sendSubnegotiation(option: number, payload: Uint8Array): void {
    this.#options.send(encodeSubnegotiation(option, payload));
  }

  #take(bytes: Uint8Array): void {
    // Somebody with a bare `nc` sends what he means: only who has shown to speak telnet has its Enter mapped.
    const binary = this.isEnabled('peer', telnetOption.BINARY);
    if (!this.#options.mapNewlines || !this.#speaksTelnet || binary) {
      this.#newlines.reset();
      this.#options.onData(bytes);
      return;
    }
    const mapped = this.#newlines.toSerial(bytes);
    if (mapped.length > 0) this.#options.onData(mapped);
  }

  #obey(code: number): void {
    this.#speaksTelnet = true;
    if (code === telnet.BRK) this.#options.onBreak();
    // Everything else (NOP, GA, AO, IP ...) means nothing to a serial line. "Are you there" wants any sign of life.
    else if (code === telnet.AYT) this.#options.send(new TextEncoder().encode('\r\n[Labdeck: yes]\r\n'));
  }
}
