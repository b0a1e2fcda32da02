import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import type { Client, ConsoleId, Lease } from '../../contract/index.ts';
import { LabError } from '../../contract/labError.ts';

/** Typing keeps a console this long after the last key; then whoever types next has it. */
export const idleAfterMs = 10_000;
/** An idle lease nobody wanted is forgotten. */
const forgetAfterMs = 60_000;
const defaultForMs = 60_000;
const maxAsks = 20;

/** Who calls, and how its leases end. */
export interface Caller extends Client {
  /** Ends with its connection (window, telnet); a script without one gets leases that run out. */
  readonly connected: boolean;
}

export interface LeaseChange {
  readonly consoleId: ConsoleId;
  readonly lease: Lease | null;
  /** What happened, for the one who lost it and for those who watch; null: only its idleness or its askers changed. */
  readonly news: { readonly text: string; readonly to: string | null } | null;
}

interface Held {
  readonly caller: Caller;
  readonly leaseId: string;
  readonly kind: Lease['kind'];
  readonly why: string;
  readonly sinceMs: number;
  untilMs: number | null;
  /** Of the last key, for a lease that was taken by typing. */
  usedMs: number;
  asks: Ask[];
  timer: NodeJS.Timeout | null;
}

interface Ask {
  readonly caller: Caller;
  readonly why: string;
  readonly sinceMs: number;
}

export interface TakeOptions {
  readonly why: string;
  readonly takeOver: boolean;
  /** Ends after so many milliseconds. */
  readonly forMs?: number | undefined;
}

/** Who may write to which console. Any number read; one writes. Nothing here outlives the core. */
export class LeaseTable {
  readonly #clock: Clock;
  readonly #held = new Map<ConsoleId, Held>();
  readonly #changed = new Emitter<LeaseChange>();
  readonly onDidChange = this.#changed.event;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  read(consoleId: ConsoleId): Lease | null {
    const held = this.#held.get(consoleId);
    return held ? this.#view(held) : null;
  }

  /** Whose lease `leaseId` is. Throws LabError LEASED when it has ended: its owner must not type on unaware. */
  callerOf(leaseId: string): Caller {
    for (const held of this.#held.values()) if (held.leaseId === leaseId) return held.caller;
    throw new LabError('LEASED', 'Your lease has ended, or somebody took the console over', {
      hint: 'Take it again with POST /consoles/{consoleId}/lease.',
    });
  }

  /** Taking what one holds renews it. Throws LabError LEASED while another holds it, unless `takeOver`. */
  take(consoleId: ConsoleId, caller: Caller, options: TakeOptions): { lease: Lease; leaseId: string } {
    const before = this.#held.get(consoleId);
    const mine = before?.caller.clientId === caller.clientId;
    if (before && !mine && !this.#isIdle(before) && !options.takeOver) throw refusal(this.#view(before));
    const forMs = options.forMs ?? (caller.connected ? null : defaultForMs);
    const nowMs = this.#clock.nowMs();
    const held = this.#set(consoleId, {
      caller,
      leaseId: mine && before ? before.leaseId : randomBytes(18).toString('base64url'),
      kind: 'taken',
      why: options.why,
      sinceMs: mine && before ? before.sinceMs : nowMs,
      untilMs: forMs === null ? null : nowMs + forMs,
      usedMs: nowMs,
      asks: (before?.asks ?? []).filter((ask) => ask.caller.clientId !== caller.clientId),
      timer: null,
    });
    const took = before && !mine && !this.#isIdle(before);
    this.#fire(
      consoleId,
      mine
        ? null
        : {
            text: `${caller.who} ${took ? 'took the console over' : 'has the console now'}${because(options.why)}`,
            to: before?.caller.clientId ?? null,
          },
    );
    return { lease: this.#view(held), leaseId: held.leaseId };
  }

  /**
   * `caller` is about to type: an idle console is theirs from now on. Throws LabError LEASED, naming the holder,
   * while another one has it.
   */
  use(consoleId: ConsoleId, caller: Caller): void {
    const held = this.#held.get(consoleId);
    const nowMs = this.#clock.nowMs();
    if (held?.caller.clientId === caller.clientId) {
      const wasIdle = this.#isIdle(held);
      held.usedMs = nowMs;
      if (wasIdle) {
        this.#watch(consoleId, held);
        this.#fire(consoleId, null);
      }
      return;
    }
    if (held && !this.#isIdle(held)) throw refusal(this.#view(held));
    this.#set(consoleId, {
      caller,
      leaseId: randomBytes(18).toString('base64url'),
      kind: 'typing',
      why: '',
      sinceMs: nowMs,
      untilMs: null,
      usedMs: nowMs,
      asks: held?.asks.filter((ask) => ask.caller.clientId !== caller.clientId) ?? [],
      timer: null,
    });
    this.#fire(consoleId, { text: `${caller.who} is typing`, to: held?.caller.clientId ?? null });
  }

  /** Gives it back; the first who asked has it then. Harmless when `caller` does not hold it. */
  release(consoleId: ConsoleId, caller: Client): Lease | null {
    const held = this.#held.get(consoleId);
    if (held?.caller.clientId === caller.clientId) this.#end(consoleId, `${caller.who} released the console`);
    return this.read(consoleId);
  }

  /** Takes it from whoever has it, for nobody. */
  revoke(consoleId: ConsoleId, text: string): void {
    if (this.#held.has(consoleId)) this.#drop(consoleId, text);
  }

  /** Asks the holder; a console that is free or idle is theirs at once. */
  ask(consoleId: ConsoleId, caller: Caller, why: string): Lease {
    const held = this.#held.get(consoleId);
    if (!held || held.caller.clientId === caller.clientId || this.#isIdle(held))
      return this.take(consoleId, caller, { why, takeOver: false }).lease;
    const others = held.asks.filter((ask) => ask.caller.clientId !== caller.clientId);
    if (others.length >= maxAsks)
      throw new LabError('LEASED', 'Too many are waiting for this console already', { hint: 'Ask later.' });
    held.asks = [...others, { caller, why, sinceMs: this.#clock.nowMs() }];
    this.#fire(consoleId, {
      text: `${caller.who} asks for the console${because(why)}`,
      to: held.caller.clientId,
    });
    return this.#view(held);
  }

  /** Throws LabError LEASED when another than `client` holds it and uses it. */
  guard(consoleId: ConsoleId, client: Client): void {
    const held = this.#held.get(consoleId);
    if (held && held.caller.clientId !== client.clientId && !this.#isIdle(held))
      throw refusal(this.#view(held));
  }

  /** A client is gone: what it held is free, what it asked for is withdrawn. */
  leave(clientId: string): void {
    for (const [consoleId, held] of [...this.#held]) {
      if (held.caller.clientId === clientId) this.#end(consoleId, `${held.caller.who} has left`);
      else if (held.asks.some((ask) => ask.caller.clientId === clientId)) {
        held.asks = held.asks.filter((ask) => ask.caller.clientId !== clientId);
        this.#fire(consoleId, null);
      }
    }
  }

  /** The console itself is gone. */
  forget(consoleId: ConsoleId): void {
    const held = this.#held.get(consoleId);
    if (held?.timer) clearTimeout(held.timer);
    this.#held.delete(consoleId);
  }

  dispose(): void {
    for (const consoleId of [...this.#held.keys()]) this.forget(consoleId);
  }

  #end(consoleId: ConsoleId, text: string): void {
    const [next, ...others] = this.#held.get(consoleId)?.asks ?? [];
    if (!next) {
      this.#drop(consoleId, text);
      return;
    }
    this.forget(consoleId);
    this.take(consoleId, next.caller, { why: next.why, takeOver: false });
    const held = this.#held.get(consoleId);
    if (held && others.length > 0) {
      held.asks = others;
      this.#fire(consoleId, null);
    }
  }

  #drop(consoleId: ConsoleId, text: string): void {
    const to = this.#held.get(consoleId)?.caller.clientId ?? null;
    this.forget(consoleId);
    this.#fire(consoleId, { text, to });
  }

  #set(consoleId: ConsoleId, held: Held): Held {
    this.forget(consoleId);
    this.#held.set(consoleId, held);
    this.#watch(consoleId, held);
    return held;
  }

  /** Wakes up when the lease becomes idle, is forgotten or runs out. */
  #watch(consoleId: ConsoleId, held: Held): void {
    if (held.timer) clearTimeout(held.timer);
    held.timer = null;
    const nowMs = this.#clock.nowMs();
    const nextMs =
      held.kind === 'taken'
        ? held.untilMs
        : this.#isIdle(held)
          ? held.usedMs + forgetAfterMs
          : held.usedMs + idleAfterMs;
    if (nextMs === null) return;
    held.timer = setTimeout(() => this.#review(consoleId, held), Math.max(1, nextMs - nowMs));
    held.timer.unref();
  }

  #review(consoleId: ConsoleId, held: Held): void {
    if (this.#held.get(consoleId) !== held) return;
    const nowMs = this.#clock.nowMs();
    if (held.kind === 'taken' && held.untilMs !== null && nowMs >= held.untilMs) {
      this.#end(consoleId, `the lease of ${held.caller.who} ran out`);
      return;
    }
    const idleMs = nowMs - held.usedMs;
    if (
      held.kind === 'typing' &&
      idleMs >= idleAfterMs &&
      (held.asks.length > 0 || idleMs >= forgetAfterMs)
    ) {
      this.#end(consoleId, `${held.caller.who} stopped typing`);
      return;
    }
    this.#watch(consoleId, held);
    this.#fire(consoleId, null);
  }

  #isIdle(held: Held): boolean {
    return held.kind === 'typing' && this.#clock.nowMs() - held.usedMs >= idleAfterMs;
  }

  #view(held: Held): Lease {
    return {
      holder: toClient(held.caller),
      kind: held.kind,
      why: held.why,
      sinceMs: held.sinceMs,
      untilMs: held.untilMs,
      idle: this.#isIdle(held),
      asks: held.asks.map(({ caller, why, sinceMs }) => ({ client: toClient(caller), why, sinceMs })),
    };
  }

  #fire(consoleId: ConsoleId, news: LeaseChange['news']): void {
    this.#changed.fire({ consoleId, lease: this.read(consoleId), news });
  }
}

function toClient({ clientId, who }: Client): Client {
  return { clientId, who };
}

function because(why: string): string {
  return why === '' ? '' : `: ${why}`;
}

function refusal({ holder, why, sinceMs, kind }: Lease): LabError {
  const doing = kind === 'typing' ? 'is typing' : 'has this console';
  return new LabError('LEASED', `${holder.who} ${doing}${because(why)}`, {
    hint: 'Ask for it, or take it over.',
    details: { holder, sinceMs },
  });
}
