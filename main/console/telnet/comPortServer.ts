import { LabError } from '../../contract/labError.ts';
import type { LineControl, LineParameters } from '../transport.ts';
import { comControl, comPort, fromServer } from './codes.ts';
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

export interface ComPortServerDeps {
  /** Who we are, for people. */
  readonly signature: string;
  /** The line as this client may use it; null where it is bytes alone. */
  readonly control: () => LineControl | null;
  /** What the line is set to where `control` can't tell. */
  readonly parameters: () => LineParameters;
  readonly isReadOnly: () => boolean;
  /** Sends a COM-PORT subnegotiation. */
  readonly send: (payload: Uint8Array) => void;
  /** A change was not made, and why. */
  readonly onRefused: (error: LabError) => void;
}

/**
 * RFC 2217's access server for one client. Every request is answered, with the value that holds afterwards. A line
 * without parameters or signals (a virtual board) is said to have what it was told: clients such as pySerial give
 * up on anything else.
 */
export class ComPortServer {
  readonly #deps: ComPortServerDeps;
  readonly #modem: ModemWatch;
  #told: Partial<LineParameters> = {};
  #break = false;
  #dtr = true;
  #rts = true;

  constructor(deps: ComPortServerDeps) {
    this.#deps = deps;
    this.#modem = new ModemWatch(deps.control, (state) => this.#answerByte(comPort.NOTIFY_MODEMSTATE, state));
  }

  /** COM-PORT was agreed on: tells the modem signals now and when they change. */
  start(): void {
    this.#modem.start();
  }

  stop(): void {
    this.#modem.stop();
  }

  /** Telnet's own break command; what speaks against it goes to `onRefused`. */
  async sendBreak(durationMs: number): Promise<void> {
    await this.#change((control) => control.sendBreak(durationMs));
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
        await this.#set(baudRate === 0 ? null : { baudRate });
        this.#answer(command, encodeBaudRate(this.#parameters.baudRate));
        break;
      }
      case comPort.SET_DATASIZE: {
        const dataBits = decodeDataBits(decodeByte(value));
        await this.#set(dataBits && { dataBits });
        this.#answerByte(command, this.#parameters.dataBits);
        break;
      }
      case comPort.SET_PARITY: {
        const parity = decodeParity(decodeByte(value));
        await this.#set(parity && { parity });
        this.#answerByte(command, encodeParity(this.#parameters.parity));
        break;
      }
      case comPort.SET_STOPSIZE: {
        const stopBits = decodeStopBits(decodeByte(value));
        await this.#set(stopBits && { stopBits });
        this.#answerByte(command, this.#parameters.stopBits);
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
        if (which === 2 || which === 3) await this.#change((control) => control.purge());
        this.#answerByte(command, which);
        break;
      }
      default:
      // FLOWCONTROL-SUSPEND and -RESUME are the connection's own; commands of a later RFC are ignored.
    }
  }

  get #parameters(): LineParameters {
    const control = this.#deps.control();
    return control?.can.setParameters ? control.parameters : { ...this.#deps.parameters(), ...this.#told };
  }

  /** null: it was only asked, or is nothing a line here can be set to. */
  async #set(parameters: Partial<LineParameters> | null): Promise<void> {
    if (!parameters) return;
    const can = this.#deps.control()?.can.setParameters === true;
    const changed = await this.#change((control) => (can ? control.setParameters(parameters) : null));
    if (changed && !can) this.#told = { ...this.#told, ...parameters };
  }

  async #control(value: number): Promise<number> {
    switch (value) {
      case comControl.BREAK_ON:
        if (await this.#change((control) => control.sendBreak(breakMs))) this.#break = true;
        break;
      case comControl.BREAK_OFF:
        this.#break = false;
        break;
      case comControl.DTR_ON:
      case comControl.DTR_OFF: {
        const dtr = value === comControl.DTR_ON;
        if (await this.#change((control) => control.setSignals({ dtr }))) this.#dtr = dtr;
        break;
      }
      case comControl.RTS_ON:
      case comControl.RTS_OFF: {
        const rts = value === comControl.RTS_ON;
        if (await this.#change((control) => control.setSignals({ rts }))) this.#rts = rts;
        break;
      }
      case comControl.NO_FLOW:
      case comControl.XON_XOFF:
      case comControl.HARDWARE: {
        const flowControl = decodeFlow(value);
        await this.#set(flowControl && { flowControl });
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
      return this.#dtr ? comControl.DTR_ON : comControl.DTR_OFF;
    if (asked >= comControl.ASK_RTS && asked <= comControl.RTS_OFF)
      return this.#rts ? comControl.RTS_ON : comControl.RTS_OFF;
    const flow = this.#parameters.flowControl;
    return asked >= comControl.ASK_INBOUND_FLOW && asked <= comControl.INBOUND_HARDWARE
      ? encodeInboundFlow(flow)
      : encodeFlow(flow);
  }

  /** Whether it holds now: done, or there is no such thing on this line and it is merely remembered. */
  async #change(apply: (control: LineControl) => Promise<void> | null): Promise<boolean> {
    try {
      if (this.#deps.isReadOnly()) throw readOnlyError();
      const control = this.#deps.control();
      if (control) await apply(control);
      return true;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      if (error.code === 'UNSUPPORTED') return true;
      this.#deps.onRefused(error);
      return false;
    }
  }

  #answerByte(command: number, value: number): void {
    this.#answer(command, Uint8Array.of(value));
  }

  #answer(command: number, value: Uint8Array): void {
    this.#deps.send(Uint8Array.of(command + fromServer, ...value));
  }
}

function readOnlyError(): LabError {
  return new LabError('FORBIDDEN', 'This door is read-only');
}
