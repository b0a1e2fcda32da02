import { statSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';
import type { PowerMeter, PowerState, PowerVerdict, SwitchState } from '../contract/index.ts';
import { OwnDevice } from './ownDevice.ts';
import type { OwnDeviceLook } from './ownSocket.ts';
import type { PowerDriver } from './powerDriver.ts';
import { claimOf, countsFrom, type PowerFacts, type SinceWhy } from './powerFacts.ts';

/** An outlet that has not answered by then did not answer, whatever its driver still waits for. */
const askWithinMs = 15_000;

interface SensesDeps {
  readonly driver: PowerDriver;
  readonly clock: Clock;
  readonly node?: () => string | null;
  readonly device?: () => boolean | null;
  readonly ownDevice?: () => OwnDeviceLook | null;
}

/** What was seen and heard of one outlet and its board since the last command. */
export class OutletSenses {
  readonly #deps: SensesDeps;
  readonly #signal: AbortSignal;
  #readBack: { state: PowerState; atMs: number };
  #meter: PowerMeter | null = null;
  #asks = 0;
  #node: string | null;
  #mark: number | null;
  #goneAtMs: number | null = null;
  #since: { atMs: number; why: SinceWhy };
  #endedAtMs: number | null = null;
  #wasOn = false;
  #firstOutputAtMs: number | null = null;
  #lastOutputAtMs: number | null = null;
  #banner: PowerFacts['banner'] = null;
  #device: PowerFacts['device'] = null;
  readonly #ownDevice = new OwnDevice();

  constructor(deps: SensesDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
    const nowMs = deps.clock.nowMs();
    this.#readBack = { state: 'unknown', atMs: nowMs };
    this.#since = { atMs: nowMs, why: 'start' };
    this.#node = deps.node?.() ?? null;
    this.#mark = markOf(this.#node);
    if (deps.node && this.#node === null) this.#goneAtMs = nowMs;
    const there = deps.device?.() ?? null;
    // It may have been there for long: it is no news.
    if (there !== null) this.#device = { there, atMs: nowMs - 1 };
    this.#ownDevice.look(deps.ownDevice?.() ?? null, nowMs, nowMs);
  }

  get node(): string | null {
    return this.#node;
  }

  get meter(): PowerMeter | null {
    return this.#meter;
  }

  /** The outlet's own word; null where it cannot be asked. */
  get readBack(): PowerFacts['readBack'] {
    return this.#deps.driver.can.readBack ? this.#readBack : null;
  }

  get isReplugged(): boolean {
    return this.#since.why === 'replug';
  }

  facts(audible: boolean, verdict: PowerVerdict | null): PowerFacts {
    const { commanded, doubt } = this.#deps.driver;
    return {
      commanded: commanded.state,
      doubt,
      readBack: this.readBack,
      repeatsCommand: this.#deps.driver.repeatsCommand ?? false,
      since: this.#since,
      endedAtMs: this.#endedAtMs,
      wasOn: this.#wasOn,
      goneAtMs: this.#goneAtMs,
      audible,
      firstOutputAtMs: this.#firstOutputAtMs,
      lastOutputAtMs: this.#lastOutputAtMs,
      banner: this.#banner,
      device: this.#device,
      ownDevice: this.#ownDevice.facts,
      meter: this.#meter,
      verdict: verdict?.outcome ?? null,
    };
  }

  /** True when it is the first that counts. `switching`: a command to this state is on its way. */
  noteOutput(atMs: number, switching: SwitchState | null): boolean {
    if (atMs < countsFrom(switching ?? this.#claim(), this.#since.atMs)) return false;
    this.#lastOutputAtMs = atMs;
    if (this.#firstOutputAtMs !== null) return false;
    this.#firstOutputAtMs = atMs;
    return true;
  }

  /** True when it is the first that counts. */
  noteBoot(atMs: number, text: string, switching: SwitchState | null): boolean {
    if (this.#banner !== null || atMs < countsFrom(switching ?? this.#claim(), this.#since.atMs))
      return false;
    this.#banner = { atMs, text };
    return true;
  }

  lookAtPort(): void {
    const node = this.#deps.node?.();
    if (node === undefined) return;
    // What leaves and is back between two looks has its old name, and may have lost its supply all the same.
    const mark = markOf(node);
    if (node === this.#node && mark === this.#mark) return;
    this.#node = node;
    this.#mark = mark;
    if (node === null) this.#goneAtMs = this.#deps.clock.nowMs();
    else {
      // It lost its supply, so nobody knows what it holds; what was commanded stays what was commanded.
      this.#goneAtMs = null;
      this.listenAnew('replug', false);
    }
  }

  lookAtDevices(): void {
    const nowMs = this.#deps.clock.nowMs();
    const there = this.#deps.device?.() ?? null;
    if (there === null) this.#device = null;
    else if (there !== this.#device?.there) this.#device = { there, atMs: nowMs };
    this.#ownDevice.look(this.#deps.ownDevice?.() ?? null, nowMs, this.#since.atMs);
  }

  /** What was seen so far says nothing any more. `wasOn`: it was known to be on until now. `inMs`: it counts from then. */
  listenAnew(why: SinceWhy, wasOn: boolean, inMs = 0): void {
    this.#since = { atMs: this.#deps.clock.nowMs() + inMs, why };
    this.#wasOn = wasOn;
    this.#firstOutputAtMs = null;
    this.#lastOutputAtMs = null;
    this.#banner = null;
    this.#ownDevice.listenAnew();
  }

  /** A command is through. */
  noteEnd(): void {
    this.#endedAtMs = this.#deps.clock.nowMs();
  }

  /** Asks the outlet for its state and its watts; true when it answered. An answer to an older question is dropped. */
  async ask(): Promise<boolean> {
    const { driver, clock } = this.#deps;
    if (!driver.can.readBack && !driver.can.meter) return true;
    this.#asks += 1;
    const mine = this.#asks;
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(askWithinMs)]);
    const [state, meter] = await Promise.all([
      driver.can.readBack ? answered(driver.read(signal), signal, 'unknown' as const) : null,
      driver.can.meter ? answered(driver.measure?.(signal), signal, null) : null,
    ]);
    if (mine !== this.#asks || this.#signal.aborted) return state !== 'unknown';
    if (driver.can.meter) this.#meter = meter ?? null;
    const before = this.#readBack.state;
    if (state !== null && state !== before) {
      const isCommanded = this.#since.why === 'switch' && state === driver.commanded.state;
      // Nobody here told it to: what was heard until now belongs to the state before.
      if (!isCommanded && before !== 'unknown' && state !== 'unknown')
        this.listenAnew('itself', before === 'on');
      this.#readBack = { state, atMs: clock.nowMs() };
    }
    return state !== 'unknown' && (state !== null || meter !== null);
  }

  #claim(): PowerState {
    const { commanded, doubt } = this.#deps.driver;
    return claimOf({ readBack: this.readBack, commanded: commanded.state, doubt });
  }
}

/** The kernel makes a new node each time a device is plugged in; null where there is none. */
function markOf(node: string | null): number | null {
  if (node === null) return null;
  try {
    return statSync(node).ino;
  } catch {
    return null;
  }
}

/** What `asked` answers, or `otherwise` when it fails or the signal aborts, which it may not heed. */
function answered<T>(asked: Promise<T> | undefined, signal: AbortSignal, otherwise: T): Promise<T> {
  return new Promise((resolve) => {
    const giveUp = () => resolve(otherwise);
    if (signal.aborted || !asked) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    asked?.then(resolve, giveUp).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
