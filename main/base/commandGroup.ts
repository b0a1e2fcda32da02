import type { ChildProcess } from 'node:child_process';
import type { Disposable } from './disposable.ts';

const defaultGraceMs = 2_000;
/** A killed program that is still there waits for a disk or a dead server: nobody can end it. */
const unkillableMs = 2_000;

/** A program, started as the leader of a process group, and all it started, as far as it did not leave the group. */
export class CommandGroup implements Disposable {
  readonly #child: ChildProcess;
  readonly #graceMs: number;
  readonly #endsItsChildren: boolean;
  readonly #timers: NodeJS.Timeout[] = [];
  #giveUp: (outcome: [null, 'SIGKILL']) => void = () => {};
  /** Resolves where it was killed and is still there. */
  readonly gaveUp = new Promise<[null, 'SIGKILL']>((resolve) => {
    this.#giveUp = resolve;
  });
  #ending: { readonly why: unknown } | null = null;

  /** `endsItsChildren`: only the program itself is asked to end. */
  constructor(child: ChildProcess, options: { graceMs?: number; endsItsChildren?: boolean }) {
    this.#child = child;
    this.#graceMs = options.graceMs ?? defaultGraceMs;
    this.#endsItsChildren = options.endsItsChildren ?? false;
  }

  /** Why it was ended before its time; null: it was not. */
  get ending(): { readonly why: unknown } | null {
    return this.#ending;
  }

  /** Asks it to end, insists, and does not wait for ever for one that cannot be killed. Only the first call counts. */
  end(why: unknown): void {
    if (this.#ending) return;
    this.#ending = { why };
    if (this.#endsItsChildren) this.#child.kill('SIGTERM');
    else this.#send('SIGTERM');
    this.#timers.push(setTimeout(() => this.#send('SIGKILL'), this.#graceMs));
    this.#timers.push(setTimeout(() => this.#giveUp([null, 'SIGKILL']), this.#graceMs + unkillableMs));
  }

  /** Call when the program itself is gone: what did not end when it was asked to is killed. */
  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#ending) this.#send('SIGKILL');
  }

  #send(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // Nobody of the group is left, or it has become another user's.
    }
  }
}
