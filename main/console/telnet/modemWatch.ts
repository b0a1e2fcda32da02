import { LabError } from '../../contract/labError.ts';
import type { LineControl, ModemSignals } from '../transport.ts';
import { encodeModemState, modemChanges } from './comPortValues.ts';

const pollMs = 250;
/** What a line without modem signals is said to have: a peer that waits for them may go on. */
const ready: ModemSignals = { cts: true, dsr: true, dcd: true };

/** Tells one RFC 2217 client the modem signals of a line: at once, and whenever they have changed. */
export class ModemWatch {
  /** The bits the client wants to hear of (SET-MODEMSTATE-MASK). */
  mask = 0xff;
  readonly #control: () => LineControl | null;
  readonly #send: (state: number) => void;
  #told = ready;
  #poll: NodeJS.Timeout | null = null;

  constructor(control: () => LineControl | null, send: (state: number) => void) {
    this.#control = control;
    this.#send = send;
  }

  start(): void {
    if (this.#poll) return;
    this.#poll = setInterval(() => void this.#tellChange(), pollMs);
    this.#poll.unref();
    void this.tell();
  }

  stop(): void {
    if (this.#poll) clearInterval(this.#poll);
    this.#poll = null;
  }

  async tell(): Promise<void> {
    this.#say(await this.#read());
  }

  async #tellChange(): Promise<void> {
    const signals = await this.#read();
    if (this.#poll && encodeModemState(signals, this.#told) & modemChanges) this.#say(signals);
  }

  #say(signals: ModemSignals): void {
    const state = encodeModemState(signals, this.#told) & this.mask;
    this.#told = signals;
    this.#send(state);
  }

  async #read(): Promise<ModemSignals> {
    try {
      return (await this.#control()?.readSignals()) ?? ready;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      // Unplugged for a moment: the line is as it was until it is known better.
      return error.code === 'UNSUPPORTED' ? ready : this.#told;
    }
  }
}
