import type { Clock } from '../../base/clock.ts';
import {
  fail,
  LabError,
  type Leds,
  type PowerMeter,
  type PowerState,
  type SwitchState,
} from '../../contract/index.ts';
import type { OutletMemory } from '../outletMemory.ts';
import type { OnSend, PowerDriver } from '../powerDriver.ts';
import { RememberedCommand } from '../rememberedCommand.ts';
import { type DriverDeps, type DriverTiming, defaultTiming } from './driverDeps.ts';
import { type OutletBackend, Sending } from './outletBackend.ts';

/** What all outlets without LEDs do alike: remember what they were told, read back after a switch, know when in doubt. */
export class BackendOutlet implements PowerDriver {
  readonly kind: string;
  readonly can: PowerDriver['can'];
  readonly cycle?: NonNullable<PowerDriver['cycle']>;
  readonly measure?: NonNullable<PowerDriver['measure']>;
  readonly #backend: OutletBackend;
  readonly #memory: OutletMemory;
  readonly #clock: Clock;
  readonly #timing: DriverTiming;
  #known: { readonly identity: string; readonly command: RememberedCommand };
  #hasMeter: boolean;

  constructor(backend: OutletBackend, deps: DriverDeps) {
    this.kind = backend.kind;
    this.#backend = backend;
    this.#memory = deps.memory;
    this.#clock = deps.clock;
    this.#timing = { ...defaultTiming, ...deps.timing };
    this.#known = this.#recall();
    this.#hasMeter = backend.measure !== undefined;
    const hasMeter = () => this.#hasMeter;
    this.can = {
      readBack: backend.readState !== undefined,
      leds: 0,
      askEveryMs: backend.askEveryMs,
      /** Until the outlet said that it has none. */
      get meter() {
        return hasMeter();
      },
    };
    if (backend.cycle) this.cycle = (offMs, signal, onSend) => this.#cycle(offMs, signal, onSend);
    if (backend.measure) this.measure = (signal) => this.#measure(signal);
  }

  get label(): string {
    return this.#backend.label;
  }

  /** The same for two boards that are bound to one outlet. */
  get identity(): string {
    return this.#backend.identity;
  }

  get commanded(): { state: SwitchState | null; atMs: number | null; leds: Leds } {
    return this.#remembered.commanded;
  }

  get doubt(): string | null {
    return this.#remembered.doubt;
  }

  /** Rejects with LabError COMMAND_FAILED where the outlet accepted it and still shows the opposite. */
  async set(state: SwitchState, signal: AbortSignal, onSend?: OnSend): Promise<void> {
    signal.throwIfAborted();
    await this.#run(state, `${state} to ${this.label}`, onSend, async (sending) => {
      await this.#backend.switchTo(state, signal, sending);
      await this.#confirm(state, signal);
    });
  }

  async setLed(_led: number, _on: boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    fail('UNSUPPORTED', `${this.label} has no LEDs`, 'An ACM power cable or a hub with indicators has some.');
  }

  async read(signal: AbortSignal): Promise<PowerState> {
    signal.throwIfAborted();
    const state = await this.#backend.readState?.(signal).catch(() => 'unknown' as const);
    signal.throwIfAborted();
    return state ?? 'unknown';
  }

  async #measure(signal: AbortSignal): Promise<PowerMeter | null> {
    signal.throwIfAborted();
    const flow = await this.#backend.measure?.(signal).catch(() => null);
    signal.throwIfAborted();
    if (flow === 'none') this.#hasMeter = false;
    // What it sends may be a number no meter has, and sums of which are none at all.
    if (!flow || flow === 'none' || !(Math.abs(flow.watts) <= mostWatts)) return null;
    return {
      watts: flow.watts,
      volts: finite(flow.volts),
      amperes: finite(flow.amperes),
      atMs: this.#clock.nowMs(),
    };
  }

  async #cycle(offMs: number, signal: AbortSignal, onSend: OnSend | undefined): Promise<void> {
    signal.throwIfAborted();
    // Broken off half-way it may hold either: what it was not before is the intent that makes that a doubt.
    const intent = this.commanded.state === 'on' ? 'off' : 'on';
    await this.#run(intent, `off and on to ${this.label}`, onSend, async (sending) => {
      await this.#backend.cycle?.(offMs, signal, sending);
      await this.#confirm('on', signal);
    });
    if (intent === 'off') await this.#remembered.run('on', async () => {});
  }

  async #run(
    state: SwitchState,
    detail: string,
    onSend: OnSend | undefined,
    send: (sending: Sending) => Promise<void>,
  ): Promise<void> {
    const sending = new Sending(detail, onSend);
    await this.#remembered.run(state, async (left) => {
      try {
        await send(sending);
      } catch (error) {
        if (sending.doubtful) left();
        throw error;
      }
    });
  }

  /** An outlet that accepted it and does not say its state is believed here: `read` says 'unknown' of it. */
  async #confirm(state: SwitchState, signal: AbortSignal): Promise<void> {
    if (!this.#backend.readState) return;
    for (let tries = 1; ; tries += 1) {
      const seen = await this.read(signal);
      if (seen === state || seen === 'unknown') return;
      if (tries >= this.#timing.confirmTries)
        throw new LabError(
          'COMMAND_FAILED',
          `${this.label} accepted the command and says it is still ${seen}`,
          {
            hint: 'It may be locked, in another mode, or have cut off an overload: look at its own page.',
            details: { asked: state, says: seen },
          },
        );
      await this.#clock.sleep(this.#timing.confirmEveryMs, signal);
    }
  }

  /** Under another name of the board a command may mean another outlet. */
  get #remembered(): RememberedCommand {
    if (this.#known.identity !== this.#backend.identity) this.#known = this.#recall();
    return this.#known.command;
  }

  #recall(): { identity: string; command: RememberedCommand } {
    const { identity } = this.#backend;
    return {
      identity,
      command: new RememberedCommand({ memory: this.#memory, identity, clock: this.#clock }),
    };
  }
}

/** More than any outlet carries. */
const mostWatts = 1_000_000;

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
