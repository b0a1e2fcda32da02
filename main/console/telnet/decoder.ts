import { fail } from '../../contract/labError.ts';
import { type NegotiationVerb, telnet } from './codes.ts';

/** No option this program speaks needs more; a peer that sends more is not one of ours. */
export const maxSubnegotiationBytes = 1024;

/** What a decoder finds, in the order it came. */
export interface TelnetSink {
  /** Application bytes with IAC undoubled; a slice of what was fed where possible. */
  onData(bytes: Uint8Array): void;
  /** A command without parameter, such as BRK or AYT. */
  onCommand(code: number): void;
  onNegotiation(verb: NegotiationVerb, option: number): void;
  onSubnegotiation(option: number, payload: Uint8Array): void;
}

type State = 'data' | 'iac' | 'verb' | 'option' | 'payload' | 'payload-iac';

/** Takes a telnet stream (RFC 854, 855) apart, however it is cut into pieces. */
export class TelnetDecoder {
  readonly #sink: TelnetSink;
  readonly #payload = new Uint8Array(maxSubnegotiationBytes);
  #state: State = 'data';
  #verb: NegotiationVerb = telnet.WONT;
  #option = 0;
  #payloadBytes = 0;

  constructor(sink: TelnetSink) {
    this.#sink = sink;
  }

  /** Throws LabError BAD_REQUEST for what is no telnet; the stream is lost then. */
  feed(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; )
      if (this.#state === 'data') at = this.#takeData(bytes, at);
      else this.#takeByte(bytes[at++] ?? 0);
  }

  /** Up to the next IAC at once: that is nearly always all there is. */
  #takeData(bytes: Uint8Array, from: number): number {
    const iac = bytes.indexOf(telnet.IAC, from);
    const to = iac < 0 ? bytes.length : iac;
    if (to > from) this.#sink.onData(bytes.subarray(from, to));
    if (iac < 0) return to;
    this.#state = 'iac';
    return iac + 1;
  }

  #takeByte(byte: number): void {
    switch (this.#state) {
      case 'iac':
        this.#takeCommand(byte);
        break;
      case 'verb':
        this.#state = 'data';
        this.#sink.onNegotiation(this.#verb, byte);
        break;
      case 'option':
        this.#option = byte;
        this.#payloadBytes = 0;
        this.#state = 'payload';
        break;
      case 'payload':
        if (byte === telnet.IAC) this.#state = 'payload-iac';
        else this.#keep(byte);
        break;
      default:
        this.#takePayloadCommand(byte);
    }
  }

  #takeCommand(byte: number): void {
    this.#state = 'data';
    if (byte === telnet.IAC) this.#sink.onData(Uint8Array.of(telnet.IAC));
    else if (isVerb(byte)) {
      this.#verb = byte;
      this.#state = 'verb';
    } else if (byte === telnet.SB) this.#state = 'option';
    else this.#sink.onCommand(byte);
  }

  #takePayloadCommand(byte: number): void {
    if (byte === telnet.IAC) {
      this.#state = 'payload';
      this.#keep(byte);
    } else if (byte === telnet.SE) {
      this.#state = 'data';
      this.#sink.onSubnegotiation(this.#option, this.#payload.slice(0, this.#payloadBytes));
    } else fail('BAD_REQUEST', `Telnet option ${this.#option} was not ended`);
  }

  #keep(byte: number): void {
    if (this.#payloadBytes === maxSubnegotiationBytes)
      fail('BAD_REQUEST', `Telnet option ${this.#option} is longer than ${maxSubnegotiationBytes} bytes`);
    this.#payload[this.#payloadBytes++] = byte;
  }
}

function isVerb(byte: number): byte is NegotiationVerb {
  return byte >= telnet.WILL && byte <= telnet.DONT;
}
