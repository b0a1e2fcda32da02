import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import type { Client, ConsoleId, Lease } from '../../contract/index.ts';
import { LabError } from '../../contract/labError.ts';
import { type Caller, HeldLease, type LeaseHold } from './heldLease.ts';
import { because, endedLease, refusal } from './leaseWords.ts';

export type { Caller, LeaseHold } from './heldLease.ts';

const defaultForMs = 60_000;
const maxAsks = 20;

export interface LeaseChange {
  readonly consoleId: ConsoleId;
  readonly lease: Lease | null;
  /** What happened, for the one who lost it and for those who watch; null: only its idleness or its askers changed. */
  readonly news: { readonly text: string; readonly to: string | null } | null;
}

export interface TakeOptions {
  readonly why: string;
  readonly takeOver: boolean;
  /** Ends after so many milliseconds. */
  readonly forMs?: number | undefined;
  /** Who holds it from then on, when that is another id of the caller's; see `leaseTaker`. */
  readonly as?: Caller | undefined;
}

/** Who may write to which console. Any number read; one writes. Nothing here outlives the core. */
export class LeaseTable {
  readonly #clock: Clock;
  readonly #monotonicMs: () => number;
  readonly #held = new Map<ConsoleId, HeldLease>();
  readonly #changed = new Emitter<LeaseChange>();
  readonly onDidChange = this.#changed.event;

  /** `clock` tells what people are shown; what runs out does so by `monotonicMs`, which never steps. */
  constructor(clock: Clock, monotonicMs: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#monotonicMs = monotonicMs;
  }

  read(consoleId: ConsoleId): Lease | null {
    return this.#held.get(consoleId)?.view(this.#monotonicMs()) ?? null;
  }

  /** Whose lease `leaseId` is. Throws LabError LEASED when it has ended: its owner must not type on unaware. */
  callerOf(leaseId: string): Caller {
    const caller = this.findCaller(leaseId);
    if (!caller) throw endedLease();
    return caller;
  }

  /** The same; null when it has ended. */
  findCaller(leaseId: string): Caller | null {
    for (const held of this.#held.values()) if (held.leaseId === leaseId) return held.caller;
    return null;
  }

  /** Taking what one holds renews it. Throws LabError LEASED while another holds it, unless `takeOver`. */
  take(consoleId: ConsoleId, caller: Caller, options: TakeOptions): { lease: Lease; leaseId: string } {
    const before = this.#held.get(consoleId);
    const nowMs = this.#monotonicMs();
    const mine = before?.isOf(caller.clientId) === true;
    const inUse = before !== undefined && !mine && !before.isIdle(nowMs);
    if (inUse && !options.takeOver) throw refusal(before.view(nowMs));
    const text = `${caller.who} ${inUse ? 'took the console over' : 'has the console now'}${because(options.why)}`;
    const held = mine ? before : this.#begin(consoleId, caller, 'taken', text);
    const forMs = options.forMs ?? (caller.connected ? null : defaultForMs);
    const end = forMs === null ? null : { untilMs: this.#clock.nowMs() + forMs, atMs: nowMs + forMs };
    held.keep(options.as ?? caller, options.why, end);
    this.#watch(consoleId, held);
    this.#fire(consoleId, mine ? null : { text, to: before?.caller.clientId ?? null });
    return { lease: held.view(nowMs), leaseId: held.leaseId };
  }

  /**
   * `caller` is about to type: an idle console is theirs from now on. Throws LabError LEASED, naming the holder,
   * while another one has it.
   */
  use(consoleId: ConsoleId, caller: Caller): void {
    this.#use(consoleId, caller);
  }

  /**
   * `caller` types without keys, such as a file or a paste: as `use`, and until the hold is disposed of the lease
   * does not become idle. One that was taken for a time still runs out. Throws LabError LEASED as `use` does.
   */
  hold(consoleId: ConsoleId, caller: Caller): LeaseHold {
    const held = this.#use(consoleId, caller);
    // The place may have moved by the time it is let go of.
    return held.hold(() => {
      held.use(this.#monotonicMs());
      for (const [place, other] of this.#held) if (other === held) this.#watch(place, held);
    });
  }

  /** Gives it back; the first who asked has it then. Harmless when `caller` does not hold it. */
  release(consoleId: ConsoleId, caller: Client): Lease | null {
    const held = this.#held.get(consoleId);
    if (held?.isOf(caller.clientId)) this.#end(consoleId, `${held.caller.who} released the console`);
    return this.read(consoleId);
  }

  /** Takes it from whoever has it, for nobody. */
  revoke(consoleId: ConsoleId, text: string): void {
    const held = this.#held.get(consoleId);
    if (!held) return;
    this.#held.delete(consoleId);
    held.lose(text);
    this.#fire(consoleId, { text, to: held.caller.clientId });
  }

  /**
   * Asks the holder; a console that is free, idle or the caller's own is theirs at once. `leaseId` is null while
   * another has it: who asks again once it was handed on learns it then. `as` is that of `TakeOptions`.
   */
  ask(
    consoleId: ConsoleId,
    caller: Caller,
    why: string,
    as?: Caller,
  ): { lease: Lease; leaseId: string | null } {
    const held = this.#held.get(consoleId);
    const nowMs = this.#monotonicMs();
    // Whoever asks again only wants to know: the reason given first stays.
    const isMine = held?.isOf(caller.clientId) === true;
    if (!held || isMine || held.isIdle(nowMs))
      return this.take(consoleId, caller, { why: why || (isMine ? held.why : ''), takeOver: false, as });
    const others = held.asks.filter((ask) => ask.caller.clientId !== caller.clientId);
    if (others.length >= maxAsks)
      throw new LabError('LEASED', 'Too many are waiting for this console already', { hint: 'Ask later.' });
    held.asks = [...others, { caller, why, sinceMs: this.#clock.nowMs() }];
    this.#fire(consoleId, {
      text: `${caller.who} asks for the console${because(why)}`,
      to: held.caller.clientId,
    });
    return { lease: held.view(nowMs), leaseId: null };
  }

  /** Throws LabError LEASED when another than `client` holds it and uses it. */
  guard(consoleId: ConsoleId, client: Client): void {
    const held = this.#held.get(consoleId);
    const nowMs = this.#monotonicMs();
    if (held && !held.isOf(client.clientId) && !held.isIdle(nowMs)) throw refusal(held.view(nowMs));
  }

  /** A client is gone: what it held is free, what it asked for is withdrawn. */
  leave(clientId: string): void {
    for (const [consoleId, held] of [...this.#held]) {
      if (held.isOf(clientId)) this.#end(consoleId, `${held.caller.who} has left`);
      else if (held.asks.some((ask) => ask.caller.clientId === clientId)) {
        held.asks = held.asks.filter((ask) => ask.caller.clientId !== clientId);
        this.#fire(consoleId, null);
      }
    }
  }

  /** The console has another name from now on, and whoever holds it or asked for it does not notice. */
  move(from: ConsoleId, to: ConsoleId): void {
    const held = this.#held.get(from);
    if (!held || from === to) return;
    this.forget(to);
    this.#held.delete(from);
    this.#held.set(to, held);
    this.#watch(to, held);
    this.#fire(from, null);
    this.#fire(to, null);
  }

  /** The console itself is gone; whoever held it is told. */
  forget(consoleId: ConsoleId): void {
    this.revoke(consoleId, 'the console is gone');
  }

  dispose(): void {
    const held = [...this.#held.values()];
    this.#held.clear();
    for (const lease of held) lease.lose('Labdeck quits');
  }

  #use(consoleId: ConsoleId, caller: Caller): HeldLease {
    const held = this.#held.get(consoleId);
    const nowMs = this.#monotonicMs();
    const wasIdle = held?.isIdle(nowMs) === true;
    if (held?.isOf(caller.clientId)) {
      held.use(nowMs);
      if (wasIdle) {
        this.#watch(consoleId, held);
        this.#fire(consoleId, null);
      }
      return held;
    }
    if (held && !wasIdle) throw refusal(held.view(nowMs));
    const text = `${caller.who} is typing`;
    const begun = this.#begin(consoleId, caller, 'typing', text);
    this.#watch(consoleId, begun);
    this.#fire(consoleId, { text, to: held?.caller.clientId ?? null });
    return begun;
  }

  /** Puts a new lease in the place of the one before, which is lost for `reason`; its askers wait on. */
  #begin(consoleId: ConsoleId, caller: Caller, kind: Lease['kind'], reason: string): HeldLease {
    const before = this.#held.get(consoleId);
    const held = new HeldLease({
      caller,
      leaseId: randomBytes(18).toString('base64url'),
      kind,
      sinceMs: this.#clock.nowMs(),
      atMs: this.#monotonicMs(),
      asks: before?.asks.filter((ask) => ask.caller.clientId !== caller.clientId) ?? [],
    });
    this.#held.set(consoleId, held);
    before?.lose(reason);
    return held;
  }

  /** It is over for `text`: the first who asked has it then. */
  #end(consoleId: ConsoleId, text: string): void {
    const held = this.#held.get(consoleId);
    const [next, ...others] = held?.asks ?? [];
    if (!held || !next) {
      this.revoke(consoleId, text);
      return;
    }
    this.#held.delete(consoleId);
    this.take(consoleId, next.caller, { why: next.why, takeOver: false });
    const now = this.#held.get(consoleId);
    if (now && others.length > 0) {
      now.asks = others;
      this.#fire(consoleId, null);
    }
    held.lose(text);
  }

  /** Wakes up when the lease becomes idle, is forgotten or runs out. */
  #watch(consoleId: ConsoleId, held: HeldLease): void {
    if (held.timer) clearTimeout(held.timer);
    held.timer = null;
    const nowMs = this.#monotonicMs();
    const nextAtMs = held.nextAtMs(nowMs);
    if (nextAtMs === null) return;
    held.timer = setTimeout(() => this.#review(consoleId, held), Math.max(1, Math.ceil(nextAtMs - nowMs)));
    held.timer.unref();
  }

  #review(consoleId: ConsoleId, held: HeldLease): void {
    if (this.#held.get(consoleId) !== held) return;
    const over = held.endedBy(this.#monotonicMs());
    if (over !== null) {
      this.#end(consoleId, over);
      return;
    }
    this.#watch(consoleId, held);
    this.#fire(consoleId, null);
  }

  #fire(consoleId: ConsoleId, news: LeaseChange['news']): void {
    this.#changed.fire({ consoleId, lease: this.read(consoleId), news });
  }
}
