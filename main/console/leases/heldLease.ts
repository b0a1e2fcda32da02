import type { Disposable } from '../../base/disposable.ts';
import type { Client, Lease } from '../../contract/index.ts';
import { LabError } from '../../contract/labError.ts';

/** Typing keeps a console this long after the last key; then whoever types next has it. */
export const idleAfterMs = 10_000;
/** An idle lease nobody wanted is forgotten. */
export const forgetAfterMs = 60_000;

/** Who calls, and how its leases end. */
export interface Caller extends Client {
  /** Ends with its connection (window, telnet); a script without one gets leases that run out. */
  readonly connected: boolean;
}

export interface Ask {
  readonly caller: Caller;
  readonly why: string;
  readonly sinceMs: number;
}

/** Uses a lease without a key being typed: while it stands, its lease does not become idle. */
export interface LeaseHold extends Disposable {
  /** Aborts, with a LabError LEASED, when the caller loses the lease: released, taken over, run out, left, gone. */
  readonly lost: AbortSignal;
}

/** What a lease was when it began. `atMs` is of a clock that never steps, `sinceMs` of the one on the wall. */
export interface LeaseStart {
  readonly caller: Caller;
  readonly leaseId: string;
  readonly kind: Lease['kind'];
  readonly sinceMs: number;
  readonly atMs: number;
  readonly asks: readonly Ask[];
}

/** How a lease that is taken by name ends: on the wall for people, and on the clock that counts. */
export interface LeaseEnd {
  readonly untilMs: number;
  readonly atMs: number;
}

/** One lease from its first key to its end. Times named `nowMs` and `atMs` are of a clock that never steps. */
export class HeldLease {
  readonly leaseId: string;
  readonly sinceMs: number;
  asks: readonly Ask[];
  timer: NodeJS.Timeout | null = null;
  #caller: Caller;
  #kind: Lease['kind'];
  #why = '';
  #end: LeaseEnd | null = null;
  /** Of the last key. */
  #usedAtMs: number;
  readonly #holds = new Set<AbortController>();

  constructor({ caller, leaseId, kind, sinceMs, atMs, asks }: LeaseStart) {
    this.#caller = caller;
    this.leaseId = leaseId;
    this.#kind = kind;
    this.sinceMs = sinceMs;
    this.#usedAtMs = atMs;
    this.asks = asks;
  }

  get caller(): Caller {
    return this.#caller;
  }

  get why(): string {
    return this.#why;
  }

  isOf(clientId: string): boolean {
    return this.#caller.clientId === clientId;
  }

  /** Kept by name from now on, by `caller`: the one who has it, perhaps under another id. */
  keep(caller: Caller, why: string, end: LeaseEnd | null): void {
    this.#caller = caller;
    this.#kind = 'taken';
    this.#why = why;
    this.#end = end;
  }

  use(nowMs: number): void {
    this.#usedAtMs = nowMs;
  }

  isIdle(nowMs: number): boolean {
    return this.#kind === 'typing' && this.#holds.size === 0 && nowMs >= this.#usedAtMs + idleAfterMs;
  }

  /** Why it is over at `nowMs`; null: it is not. */
  endedBy(nowMs: number): string | null {
    if (this.#kind === 'taken')
      return this.#end !== null && nowMs >= this.#end.atMs
        ? `the lease of ${this.#caller.who} ran out`
        : null;
    const isOver = this.isIdle(nowMs) && (this.asks.length > 0 || nowMs >= this.#usedAtMs + forgetAfterMs);
    return isOver ? `${this.#caller.who} stopped typing` : null;
  }

  /** When it is to be looked at again; null: not before somebody does something. */
  nextAtMs(nowMs: number): number | null {
    if (this.#kind === 'taken') return this.#end?.atMs ?? null;
    if (this.#holds.size > 0) return null;
    return this.#usedAtMs + (this.isIdle(nowMs) ? forgetAfterMs : idleAfterMs);
  }

  hold(onReleased: () => void): LeaseHold {
    const controller = new AbortController();
    this.#holds.add(controller);
    return {
      lost: controller.signal,
      dispose: () => {
        if (this.#holds.delete(controller)) onReleased();
      },
    };
  }

  /** Its caller has it no more; those who use it hear why. */
  lose(reason: string): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const lost = [...this.#holds];
    this.#holds.clear();
    for (const controller of lost)
      controller.abort(new LabError('LEASED', `The console is no longer yours: ${reason}`));
  }

  view(nowMs: number): Lease {
    return {
      holder: toClient(this.#caller),
      kind: this.#kind,
      why: this.#why,
      sinceMs: this.sinceMs,
      untilMs: this.#end?.untilMs ?? null,
      idle: this.isIdle(nowMs),
      asks: this.asks.map(({ caller, why, sinceMs }) => ({ client: toClient(caller), why, sinceMs })),
    };
  }
}

function toClient({ clientId, who }: Client): Client {
  return { clientId, who };
}
