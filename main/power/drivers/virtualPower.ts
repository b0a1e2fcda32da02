import type { Clock } from '../../base/clock.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { Emitter, type Event } from '../../base/emitter.ts';
import {
  fail,
  type Leds,
  type PowerState,
  type SwitchState,
  type VirtualPowerBinding,
} from '../../contract/index.ts';
import type { VirtualBoard } from '../../virtual/index.ts';
import type { OutletMemory, OutletRecord } from '../outletMemory.ts';
import type { Consequences, OnSend, PowerDriver } from '../powerDriver.ts';

const dark: Leds = [false, false, false];

/** The other boards that lose their power with this one. */
export interface VirtualGang {
  /** Their machines, as they are now. */
  others(): readonly VirtualBoard[];
  /** One of the gang was switched. */
  readonly onDidSwitch: Event<void>;
  switched(): void;
}

export interface VirtualPowerDeps {
  readonly board: VirtualBoard;
  /** Names what an outlet that lies said, over restarts. */
  readonly identity: string;
  readonly memory: OutletMemory;
  readonly clock: Clock;
  readonly gang?: VirtualGang;
}

/**
 * The outlet of a virtual board. `honest`: it tells the machine's own state; `mute`: it cannot be asked; `lies`: it
 * says off while the machine runs on and only notices that its USB link went.
 */
export class VirtualPower implements PowerDriver {
  readonly kind = 'virtual';
  readonly label: string;
  readonly can: PowerDriver['can'];
  readonly doubt = null;
  readonly onDidChange: Event<void>;
  readonly #board: VirtualBoard;
  readonly #behaviour: VirtualPowerBinding['behaviour'];
  readonly #deps: VirtualPowerDeps;
  readonly #changed = new Emitter<void>();
  readonly #held = new DisposableStore();
  /** A gang moves the machine without a command to this outlet. */
  #lastSet: { state: SwitchState; atMs: number } | null;

  constructor({ behaviour, gang }: Pick<VirtualPowerBinding, 'behaviour' | 'gang'>, deps: VirtualPowerDeps) {
    this.#deps = deps;
    this.#board = deps.board;
    this.#behaviour = behaviour;
    this.label = gang === null ? 'virtual outlet' : `virtual outlet of gang ${gang}`;
    this.can = { readBack: behaviour !== 'mute', meter: false, leds: 3, askEveryMs: null };
    this.onDidChange = this.#changed.event;
    const { state, commandedAtMs } = deps.board.cable;
    this.#lastSet = commandedAtMs === null ? null : { state, atMs: commandedAtMs };
    const tell = () => this.#changed.fire();
    this.#held.add(deps.board.onDidChangePower(tell));
    if (deps.gang) this.#held.add(deps.gang.onDidSwitch(tell));
  }

  /** A machine that died by itself was still commanded on, as long as we remember; later only its state is known. */
  get commanded(): { state: SwitchState | null; atMs: number | null; leds: Leds } {
    const { leds } = this.#board.cable;
    const said = this.#said;
    if (said) return { state: said.state, atMs: said.atMs, leds };
    return { state: this.#lastSet?.state ?? null, atMs: this.#lastSet?.atMs ?? null, leds };
  }

  async set(state: SwitchState, signal: AbortSignal, onSend?: OnSend): Promise<void> {
    signal.throwIfAborted();
    onSend?.(`${state} to the ${this.label}`);
    if (this.#behaviour === 'lies') await this.#lie(state, signal);
    else await this.#switch(state, signal);
  }

  async setLed(led: number, on: boolean, signal: AbortSignal, onSend?: OnSend): Promise<void> {
    if (led < 1 || led > this.can.leds)
      fail('BAD_REQUEST', `The virtual outlet has LEDs 1 to ${this.can.leds}`);
    signal.throwIfAborted();
    onSend?.(`LED ${led} ${on ? 'on' : 'off'} to the ${this.label}`);
    await this.#board.setLed(led, on);
  }

  async setLeds(leds: Leds, signal: AbortSignal, onSend?: OnSend): Promise<void> {
    signal.throwIfAborted();
    onSend?.(`LEDs ${leds.map((on) => (on ? 'on' : 'off')).join(', ')} to the ${this.label}`);
    await this.#board.setLeds([...leds]);
  }

  async read(): Promise<PowerState> {
    if (this.#behaviour === 'mute') return 'unknown';
    return this.#said?.state ?? this.#board.cable.state;
  }

  /** Its gang has no sockets: the boards of one gang know each other by its name. */
  consequences(): Consequences {
    return { switching: this.#deps.gang ? 'ganged' : 'alone', sockets: [], refuses: null };
  }

  dispose(): void {
    this.#held.dispose();
  }

  /** What an outlet that lies says of itself; null where it never did, or does not lie. */
  get #said(): OutletRecord | null {
    if (this.#behaviour !== 'lies') return null;
    const kept = this.#deps.memory.get(this.#deps.identity);
    // From before it was honest for a while.
    return kept && (kept.atMs ?? 0) >= (this.#board.cable.commandedAtMs ?? 0) ? kept : null;
  }

  /** Power is given once and never taken away. */
  async #lie(state: SwitchState, signal: AbortSignal): Promise<void> {
    const { memory, identity, clock } = this.#deps;
    const before = await this.read();
    if (state === 'on') await this.#board.setPower('on', signal);
    await memory.put(identity, { dialect: '', state, atMs: clock.nowMs(), leds: dark, intent: null });
    if (before !== state) this.#board.noticeLink?.(state === 'on');
  }

  async #switch(state: SwitchState, signal: AbortSignal): Promise<void> {
    const { gang, clock } = this.#deps;
    await this.#board.setPower(state, signal);
    this.#lastSet = { state, atMs: this.#board.cable.commandedAtMs ?? clock.nowMs() };
    if (!gang) return;
    try {
      await Promise.all(gang.others().map((other) => other.setPower(state, signal)));
    } finally {
      gang.switched();
    }
  }
}
