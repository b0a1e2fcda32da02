import type {
  DrivenSignals,
  LineControl,
  LineParameters,
  ModemSignals,
} from '../../main/console/transport.ts';

/** A UART's settings and signals, as the tests hold them. */
export class FakeLineControl implements LineControl {
  readonly can = { sendBreak: true, setSignals: true, setParameters: true };
  parameters: LineParameters = {
    baudRate: 115_200,
    dataBits: 8,
    parity: 'none',
    stopBits: 1,
    flowControl: 'none',
  };
  /** What it drives. */
  dtr = true;
  rts = true;
  /** Each break it sent, in milliseconds. */
  readonly breaks: number[] = [];
  purged = 0;
  /** What the board drives. */
  signals: ModemSignals = { cts: true, dsr: true, dcd: false };
  /** Every change is rejected with it. */
  failure: Error | null = null;

  get driven(): DrivenSignals {
    return { dtr: this.dtr, rts: this.rts };
  }

  async sendBreak(durationMs: number): Promise<void> {
    this.#check();
    this.breaks.push(durationMs);
  }

  async setSignals(signals: { readonly dtr?: boolean; readonly rts?: boolean }): Promise<void> {
    this.#check();
    this.dtr = signals.dtr ?? this.dtr;
    this.rts = signals.rts ?? this.rts;
  }

  async readSignals(): Promise<ModemSignals> {
    return this.signals;
  }

  async setParameters(parameters: Partial<LineParameters>): Promise<void> {
    this.#check();
    this.parameters = { ...this.parameters, ...parameters };
  }

  async purge(): Promise<void> {
    this.#check();
    this.purged += 1;
  }

  #check(): void {
    if (this.failure) throw this.failure;
  }
}
