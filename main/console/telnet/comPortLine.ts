import { LabError } from '../../contract/labError.ts';
import type { GuardedControl } from '../leases/guardedControl.ts';
import type { DrivenSignals, LineParameters } from '../transport.ts';

export interface ComPortLineDeps {
  /** The line as this client may use it; null where it is bytes alone. */
  readonly control: () => GuardedControl | null;
  /** What the console is to be set to, whoever came and went. */
  readonly parameters: () => LineParameters;
  readonly isReadOnly: () => boolean;
  /** Whether this client ever sent bytes for the board. */
  readonly hasTyped: () => boolean;
  /** A change was not made, and why. */
  readonly onRefused: (error: LabError) => void;
}

/**
 * The line in the hands of one RFC 2217 client. Programs set everything as they open their port: what is so already,
 * or what this line does not have, is no change and takes nobody's lease.
 */
export class ComPortLine {
  readonly #deps: ComPortLineDeps;
  /** What a line that cannot be set is said to be set to. */
  #told: Partial<LineParameters> = {};
  #driven: DrivenSignals = { dtr: true, rts: true };
  /** How the line stood after this client's last change; null: it changed nothing. */
  #set: LineParameters | null = null;
  #isOver = false;

  constructor(deps: ComPortLineDeps) {
    this.#deps = deps;
  }

  get parameters(): LineParameters {
    const control = this.#deps.control();
    return control?.can.setParameters ? control.parameters : { ...this.#deps.parameters(), ...this.#told };
  }

  get driven(): DrivenSignals {
    const control = this.#deps.control();
    return (control?.can.setSignals ? control.driven : undefined) ?? this.#driven;
  }

  async setParameters(parameters: Partial<LineParameters>): Promise<void> {
    if (isEmpty(difference(this.parameters, parameters))) return;
    const can = this.#deps.control()?.can.setParameters === true;
    const holds = await this.#change((control) => (can ? control.setParameters(parameters) : null));
    if (holds && can) this.#set = this.parameters;
    else if (holds) this.#told = { ...this.#told, ...parameters };
    if (this.#isOver) await this.#putBack();
  }

  async setSignals(signals: Partial<DrivenSignals>): Promise<void> {
    if (isEmpty(difference(this.driven, signals))) return;
    const holds = await this.#change((control) =>
      control.can.setSignals ? control.setSignals(signals) : null,
    );
    if (holds) this.#driven = { ...this.#driven, ...signals };
  }

  /** Whether it was sent, or the line has no such thing. */
  sendBreak(durationMs: number): Promise<boolean> {
    return this.#change((control) => (control.can.sendBreak ? control.sendBreak(durationMs) : null));
  }

  /** Throws away what waits to be sent; what others typed is not this client's to throw away. */
  async purge(): Promise<void> {
    if (this.#deps.hasTyped()) await this.#change((control) => control.purge());
  }

  /** The client has left: the line is set as the console wants it, unless somebody else has set it since. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#putBack();
  }

  async #putBack(): Promise<void> {
    const set = this.#set;
    const control = this.#deps.control();
    this.#set = null;
    if (!set || !control || !isEmpty(difference(control.parameters, set))) return;
    const wanted = difference(control.parameters, this.#deps.parameters());
    try {
      if (!isEmpty(wanted)) await control.putBack(wanted);
    } catch (error) {
      // A line that has gone is opened anew with the parameters of its console.
      if (!(error instanceof LabError)) throw error;
    }
  }

  /** Whether it holds now: done, or there is no such thing on this line and it is merely remembered. */
  async #change(apply: (control: GuardedControl) => Promise<void> | null): Promise<boolean> {
    try {
      if (this.#deps.isReadOnly()) throw new LabError('FORBIDDEN', 'This door is read-only');
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
}

/** The part of `wanted` that is not so. */
function difference<T extends object>(now: T, wanted: Partial<T>): Partial<T> {
  const missing: Partial<T> = {};
  for (const key in wanted) if (wanted[key] !== now[key]) missing[key] = wanted[key];
  return missing;
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
