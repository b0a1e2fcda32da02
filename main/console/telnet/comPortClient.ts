import { type Clock, systemClock } from '../../base/clock.ts';
import { fail, LabError } from '../../contract/labError.ts';
import type { DrivenSignals, LineControl, LineParameters, ModemSignals } from '../transport.ts';
import { comControl, comPort, fromServer } from './codes.ts';
import {
  decodeBaudRate,
  decodeByte,
  decodeDataBits,
  decodeFlow,
  decodeModemState,
  decodeParity,
  decodeStopBits,
  encodeBaudRate,
  encodeFlow,
  encodeParity,
} from './comPortValues.ts';

const answerWithinMs = 3_000;
const transmitBuffer = 2;

export interface ComPortClientOptions {
  /** What the line is to be set to, and is taken to be until the server says otherwise. */
  readonly parameters: LineParameters;
  /** Sends a COM-PORT subnegotiation; rejects with LabError DEVICE_GONE once the connection is closed. */
  readonly send: (payload: Uint8Array) => Promise<void>;
  readonly clock?: Clock;
}

/** A serial line behind somebody else's RFC 2217 server. Requests go one after another, as answers carry no number. */
export class ComPortClient implements LineControl {
  readonly can = { sendBreak: true, setSignals: true, setParameters: true };
  readonly #options: ComPortClientOptions;
  readonly #clock: Clock;
  #parameters: LineParameters;
  #signals: ModemSignals | null = null;
  // Servers raise both when they open their port.
  #driven: DrivenSignals = { dtr: true, rts: true };
  #pending: { command: number; resolve: (value: Uint8Array) => void } | null = null;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: ComPortClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#parameters = options.parameters;
  }

  get parameters(): LineParameters {
    return this.#parameters;
  }

  get driven(): DrivenSignals {
    return this.#driven;
  }

  /** A COM-PORT subnegotiation from the server. */
  receive(payload: Uint8Array): void {
    const command = (payload[0] ?? 0) - fromServer;
    const value = payload.slice(1);
    if (command === comPort.NOTIFY_MODEMSTATE) this.#signals = decodeModemState(decodeByte(value));
    else if (this.#pending?.command === command) this.#pending.resolve(value);
  }

  /** Sets the line up as the binding wants it. What the far end makes of it is in `parameters` afterwards. */
  async setUp(): Promise<void> {
    const { baudRate, dataBits, parity, stopBits, flowControl } = this.#options.parameters;
    await this.#setBaudRate(baudRate);
    await this.#setDataBits(dataBits);
    await this.#setParity(parity);
    await this.#setStopBits(stopBits);
    await this.#setFlowControl(flowControl);
  }

  /** Rejects with LabError UNSUPPORTED when the far end settled for something else. */
  async setParameters(parameters: Partial<LineParameters>): Promise<void> {
    const { baudRate, dataBits, parity, stopBits, flowControl } = parameters;
    if (baudRate !== undefined) await this.#setBaudRate(baudRate);
    if (dataBits !== undefined) await this.#setDataBits(dataBits);
    if (parity !== undefined) await this.#setParity(parity);
    if (stopBits !== undefined) await this.#setStopBits(stopBits);
    if (flowControl !== undefined) await this.#setFlowControl(flowControl);
    const settled = { ...this.#parameters, ...parameters };
    if (JSON.stringify(settled) !== JSON.stringify(this.#parameters))
      fail('UNSUPPORTED', 'The far end cannot set its line to that', 'Set what its adapter can do.');
  }

  async sendBreak(durationMs: number): Promise<void> {
    await this.#ask(comPort.SET_CONTROL, comControl.BREAK_ON);
    await this.#clock.sleep(durationMs);
    await this.#ask(comPort.SET_CONTROL, comControl.BREAK_OFF);
  }

  async setSignals({ dtr, rts }: { readonly dtr?: boolean; readonly rts?: boolean }): Promise<void> {
    if (dtr !== undefined) {
      await this.#ask(comPort.SET_CONTROL, dtr ? comControl.DTR_ON : comControl.DTR_OFF);
      this.#driven = { ...this.#driven, dtr };
    }
    if (rts !== undefined) {
      await this.#ask(comPort.SET_CONTROL, rts ? comControl.RTS_ON : comControl.RTS_OFF);
      this.#driven = { ...this.#driven, rts };
    }
  }

  /** What the server told last. */
  async readSignals(): Promise<ModemSignals> {
    return this.#signals ?? fail('UNSUPPORTED', 'The far end does not tell its modem signals');
  }

  async purge(): Promise<void> {
    await this.#ask(comPort.PURGE_DATA, transmitBuffer);
  }

  async #setBaudRate(baudRate: number): Promise<void> {
    const answer = await this.#ask(comPort.SET_BAUDRATE, encodeBaudRate(baudRate));
    this.#parameters = { ...this.#parameters, baudRate: decodeBaudRate(answer) };
  }

  async #setDataBits(wanted: LineParameters['dataBits']): Promise<void> {
    const dataBits = decodeDataBits(decodeByte(await this.#ask(comPort.SET_DATASIZE, wanted)));
    if (dataBits) this.#parameters = { ...this.#parameters, dataBits };
  }

  async #setParity(wanted: LineParameters['parity']): Promise<void> {
    const parity = decodeParity(decodeByte(await this.#ask(comPort.SET_PARITY, encodeParity(wanted))));
    if (parity) this.#parameters = { ...this.#parameters, parity };
  }

  async #setStopBits(wanted: LineParameters['stopBits']): Promise<void> {
    const stopBits = decodeStopBits(decodeByte(await this.#ask(comPort.SET_STOPSIZE, wanted)));
    if (stopBits) this.#parameters = { ...this.#parameters, stopBits };
  }

  async #setFlowControl(wanted: LineParameters['flowControl']): Promise<void> {
    const flowControl = decodeFlow(decodeByte(await this.#ask(comPort.SET_CONTROL, encodeFlow(wanted))));
    if (flowControl) this.#parameters = { ...this.#parameters, flowControl };
  }

  /** The server's answer. Rejects with LabError TIMEOUT or DEVICE_GONE. */
  #ask(command: number, value: number | Uint8Array): Promise<Uint8Array> {
    const mine = this.#tail.then(() => this.#askNow(command, value));
    this.#tail = mine.catch(() => {});
    return mine;
  }

  async #askNow(command: number, value: number | Uint8Array): Promise<Uint8Array> {
    const late = new AbortController();
    const answer = new Promise<Uint8Array>((resolve) => {
      this.#pending = { command, resolve };
    });
    try {
      const bytes = typeof value === 'number' ? [value] : value;
      await this.#options.send(Uint8Array.of(command, ...bytes));
      return await Promise.race([answer, this.#tooLate(late.signal)]);
    } finally {
      this.#pending = null;
      late.abort();
    }
  }

  async #tooLate(signal: AbortSignal): Promise<never> {
    try {
      await this.#clock.sleep(answerWithinMs, signal);
    } catch {
      // Answered in time: nobody listens to this promise any more.
    }
    throw new LabError('TIMEOUT', 'The far end does not answer about its line', {
      hint: 'Check the RFC 2217 server there.',
    });
  }
}
