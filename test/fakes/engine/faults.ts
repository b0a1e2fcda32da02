import { once } from 'node:events';
import { Complaint, says } from './complaint.ts';

/** A verb of the engine: `start`, `build`, `ps` ... */
export interface Fault {
  readonly verb: string;
  /** Never answers; or fails with these words. */
  readonly does: 'hang' | { readonly say: string; readonly exitCode?: number };
  /** How many commands it hits; for ever unless told. */
  readonly times?: number;
}

/** What goes wrong, until it is taken back. */
export class Faults {
  readonly #pending: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#pending.length = 0;
  }

  /** At the beginning of each command. Rejects with a Complaint, or with the signal's reason where it hangs. */
  async meet(verb: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const entry = this.#pending.find(({ fault, left }) => fault.verb === verb && left > 0);
    if (!entry) return;
    entry.left -= 1;
    const { does } = entry.fault;
    if (does !== 'hang') throw new Complaint(says.anything(does.say), does.exitCode);
    await once(signal, 'abort');
    throw signal.reason;
  }
}
