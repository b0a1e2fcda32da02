import { messageOf } from '../../base/errno.ts';
import { exec } from '../../base/exec.ts';
import { fail, LabError } from '../../contract/labError.ts';
import type { DrivenSignals, LineControl, LineParameters, ModemSignals } from '../transport.ts';

/** The part of serialport's binding that reaches beyond bytes. */
export interface ControlBinding {
  readonly isOpen: boolean;
  set(options: { brk: boolean; dtr: boolean; rts: boolean }): Promise<void>;
  get(): Promise<ModemSignals>;
  update(options: { baudRate: number }): Promise<void>;
  flush(): Promise<void>;
}

const sttyTimeoutMs = 2_000;

/** The UART behind a serial port of this machine. */
export class TtyControl implements LineControl {
  readonly can = { sendBreak: true, setSignals: true, setParameters: true };
  readonly #binding: ControlBinding;
  readonly #device: string;
  readonly #readAll: () => void;
  #parameters: LineParameters;
  // The binding sets all signals at once and cannot tell how they stand; the kernel raises both at open.
  #driven = { dtr: true, rts: true };
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(
    binding: ControlBinding,
    device: string,
    parameters: LineParameters,
    readAll: () => void,
  ) {
    this.#binding = binding;
    this.#device = device;
    this.#parameters = parameters;
    this.#readAll = readAll;
  }

  /**
   * null where the port is bytes alone: a pty has no modem signals to read. `readAll` hands on at once what was
   * received so far.
   */
  static async probe(
    binding: ControlBinding,
    device: string,
    parameters: LineParameters,
    readAll: () => void,
  ): Promise<TtyControl | null> {
    try {
      await binding.get();
    } catch {
      return null;
    }
    return new TtyControl(binding, device, parameters, readAll);
  }

  get parameters(): LineParameters {
    return this.#parameters;
  }

  get driven(): DrivenSignals {
    return this.#driven;
  }

  sendBreak(durationMs: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#binding.set({ brk: true, ...this.#driven });
      await new Promise((resolve) => setTimeout(resolve, durationMs));
      await this.#binding.set({ brk: false, ...this.#driven });
    });
  }

  setSignals(signals: { readonly dtr?: boolean; readonly rts?: boolean }): Promise<void> {
    return this.#inTurn(async () => {
      const driven = { ...this.#driven, ...signals };
      await this.#binding.set({ brk: false, ...driven });
      this.#driven = driven;
    });
  }

  readSignals(): Promise<ModemSignals> {
    return this.#call(async () => {
      const { cts, dsr, dcd } = await this.#binding.get();
      return { cts, dsr, dcd };
    });
  }

  setParameters(parameters: Partial<LineParameters>): Promise<void> {
    return this.#inTurn(async () => {
      const { baudRate, ...framing } = parameters;
      if (baudRate !== undefined) {
        // The binding throws away what waits both ways: what was received is saved first.
        this.#readAll();
        await this.#binding.update({ baudRate });
        this.#parameters = { ...this.#parameters, baudRate };
      }
      const settings = sttySettings(framing);
      if (settings.length === 0) return;
      const flag = process.platform === 'darwin' ? '-f' : '-F';
      await exec(['stty', flag, this.#device, ...settings], { timeoutMs: sttyTimeoutMs });
      this.#parameters = { ...this.#parameters, ...framing };
    });
  }

  purge(): Promise<void> {
    return this.#inTurn(async () => {
      // The same: it can only flush both ways.
      this.#readAll();
      await this.#binding.flush();
    });
  }

  /** One change after another: a signal set during a break would end it. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#tail.then(() => this.#call(work));
    this.#tail = mine.catch(() => {});
    return mine;
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    this.#checkOpen();
    try {
      return await work();
    } catch (cause) {
      this.#checkOpen();
      throw new LabError(
        'UNSUPPORTED',
        `${this.#device} cannot do that: ${messageOf(cause)}`,
        { hint: 'Set what its adapter can do.' },
        { cause },
      );
    }
  }

  #checkOpen(): void {
    if (!this.#binding.isOpen)
      fail('DEVICE_GONE', `${this.#device} is not there`, 'Plug the cable in again.');
  }
}

/** stty(1)'s words for what serialport can only set by opening the port anew, which would drop DTR. */
export function sttySettings(framing: Omit<Partial<LineParameters>, 'baudRate'>): string[] {
  const { dataBits, parity, stopBits, flowControl } = framing;
  const settings: string[] = [];
  if (dataBits !== undefined) settings.push(`cs${dataBits}`);
  if (parity !== undefined) settings.push(...parities[parity]);
  if (stopBits !== undefined) settings.push(stopBits === 2 ? 'cstopb' : '-cstopb');
  if (flowControl !== undefined) settings.push(...flows[flowControl]);
  return settings;
}

const parities = {
  none: ['-parenb'],
  even: ['parenb', '-parodd'],
  odd: ['parenb', 'parodd'],
} as const;

const flows = {
  none: ['-crtscts', '-ixon', '-ixoff'],
  rtscts: ['crtscts', '-ixon', '-ixoff'],
  xonxoff: ['-crtscts', 'ixon', 'ixoff'],
} as const;
