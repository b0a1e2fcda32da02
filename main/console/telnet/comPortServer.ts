import { comControl, comPort, fromServer } from './codes.ts';
import { ComPortLine, type ComPortLineDeps } from './comPortLine.ts';
import {
  decodeBaudRate,
  decodeByte,
  decodeDataBits,
  decodeFlow,
  decodeParity,
  decodeStopBits,
  encodeBaudRate,
  encodeFlow,
  encodeInboundFlow,
  encodeParity,
} from './comPortValues.ts';
import { ModemWatch } from './modemWatch.ts';

/** What POSIX tcsendbreak holds at least; RFC 2217's "break on" comes without a length. */
export const breakMs = 250;

export interface ComPortServerDeps extends ComPortLineDeps {
  /** Who we are, for people. */
  readonly signature: string;
  /** Sends a COM-PORT subnegotiation. */
  readonly send: (payload: Uint8Array) => void;
}

/**
 * RFC 2217's access server for one client. Every request is answered, with the value that holds afterwards. A line
 * without parameters or signals (a virtual board) is said to have what it was told: clients such as pySerial give
 * up on anything else.
 */
export class ComPortServer {
  readonly #deps: ComPortServerDeps;
  readonly #line: ComPortLine;
  readonly #modem: ModemWatch;
  #break = false;

  constructor(deps: ComPortServerDeps) {
    this.#deps = deps;
    this.#line = new ComPortLine(deps);
    this.#modem = new ModemWatch(deps.control, (state) => this.#answerByte(comPort.NOTIFY_MODEMSTATE, state));
  }

  /** COM-PORT was agreed on: tells the modem signals now and when they change. */
  start(): void {
    this.#modem.start();
  }

  /** The client has left. Resolves once the line is as the console wants it, unless somebody else has set it since. */
  async stop(): Promise<void> {
    this.#modem.stop();
    await this.#line.end();
  }

  /** Telnet's own break command; what speaks against it goes to `onRefused`. */
  async sendBreak(durationMs: number): Promise<void> {
    await this.#line.sendBreak(durationMs);
  }

  /** One request; the caller lets them in one after another. Rejects with LabError BAD_REQUEST when malformed. */
  async handle(payload: Uint8Array): Promise<void> {
    const command = payload[0];
    const value = payload.subarray(1);
    switch (command) {
      case comPort.SIGNATURE:
        // With a text in it, it is the client's own name.
        if (value.length === 0) this.#answer(command, new TextEncoder().encode(this.#deps.signature));
        break;
      case comPort.SET_BAUDRATE: {
        const baudRate = decodeBaudRate(value);
        // 0 asks.
        if (baudRate !== 0) await this.#line.setParameters({ baudRate });
        this.#answer(command, encodeBaudRate(this.#line.parameters.baudRate));
        break;
      }
      case comPort.SET_DATASIZE: {
        const dataBits = decodeDataBits(decodeByte(value));
        if (dataBits) await this.#line.setParameters({ dataBits });
        this.#answerByte(command, this.#line.parameters.dataBits);
        break;
      }
      case comPort.SET_PARITY: {
        const parity = decodeParity(decodeByte(value));
        if (parity) await this.#line.setParameters({ parity });
        this.#answerByte(command, encodeParity(this.#line.parameters.parity));
        break;
      }
      case comPort.SET_STOPSIZE: {
        const stopBits = decodeStopBits(decodeByte(value));
        if (stopBits) await this.#line.setParameters({ stopBits });
        this.#answerByte(command, this.#line.parameters.stopBits);
        break;
      }
      case comPort.SET_CONTROL:
        this.#answerByte(command, await this.#control(decodeByte(value)));
        break;
      case comPort.NOTIFY_MODEMSTATE:
        await this.#modem.tell();
        break;
      case comPort.SET_LINESTATE_MASK:
        // Nothing here learns of parity and framing errors, so no notice ever passes the mask.
        this.#answerByte(command, decodeByte(value));
        break;
      case comPort.SET_MODEMSTATE_MASK:
        this.#modem.mask = decodeByte(value);
        this.#answerByte(command, this.#modem.mask);
        break;
      case comPort.PURGE_DATA: {
        const which = decodeByte(value);
        // What was received is on its way to everybody's recording; only what waits to be sent can be given up.
        if (which === 2 || which === 3) await this.#line.purge();
        this.#answerByte(command, which);
        break;
      }
      default:
      // FLOWCONTROL-SUSPEND and -RESUME are the connection's own; commands of a later RFC are ignored.
    }
  }

  async #control(value: number): Promise<number> {
    switch (value) {
      case comControl.BREAK_ON:
        if (await this.#line.sendBreak(breakMs)) this.#break = true;
        break;
      case comControl.BREAK_OFF:
        this.#break = false;
        break;
      case comControl.DTR_ON:
      case comControl.DTR_OFF:
        await this.#line.setSignals({ dtr: value === comControl.DTR_ON });
        break;
      case comControl.RTS_ON:
      case comControl.RTS_OFF:
        await this.#line.setSignals({ rts: value === comControl.RTS_ON });
        break;
      case comControl.NO_FLOW:
      case comControl.XON_XOFF:
      case comControl.HARDWARE: {
        const flowControl = decodeFlow(value);
        if (flowControl) await this.#line.setParameters({ flowControl });
        break;
      }
      default:
    }
    return this.#controlValue(value);
  }

  /** How the thing that `asked` is about stands now. */
  #controlValue(asked: number): number {
    if (asked >= comControl.ASK_BREAK && asked <= comControl.BREAK_OFF)
      return this.#break ? comControl.BREAK_ON : comControl.BREAK_OFF;
    if (asked >= comControl.ASK_DTR && asked <= comControl.DTR_OFF)
      return this.#line.driven.dtr ? comControl.DTR_ON : comControl.DTR_OFF;
    if (asked >= comControl.ASK_RTS && asked <= comControl.RTS_OFF)
      return this.#line.driven.rts ? comControl.RTS_ON : comControl.RTS_OFF;
    const flow = this.#line.parameters.flowControl;
    return asked >= comControl.ASK_INBOUND_FLOW && asked <= comControl.INBOUND_HARDWARE
      ? encodeInboundFlow(flow)
      : encodeFlow(flow);
  }

  #answerByte(command: number, value: number): void {
    this.#answer(command, Uint8Array.of(value));
  }

  #answer(command: number, value: Uint8Array): void {
    this.#deps.send(Uint8Array.of(command + fromServer, ...value));
  }
}
