import type { Clock } from '../../main/base/clock.ts';
import { Emitter } from '../../main/base/emitter.ts';
import type { Leds, PowerMeter, PowerState, SwitchState } from '../../main/contract/index.ts';
import type { OnSend, PowerDriver } from '../../main/power/index.ts';

/** An outlet that can be asked, with a relay of its own, and a driver that does to it what a test wants. */
export class FakeDriver implements PowerDriver {
  readonly kind = 'fake';
  readonly label = 'fake outlet';
  readonly can: { readBack: boolean; meter: boolean; leds: number; askEveryMs: number | null };
  readonly #clock: Clock;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  commanded: { state: SwitchState | null; atMs: number | null; leds: Leds } = {
    state: null,
    atMs: null,
    leds: [false, false, false],
  };
  doubt: string | null = null;
  /** What the relay really holds. */
  relay: SwitchState = 'off';
  watts = 0;
  /** Each command, in order. */
  readonly sent: SwitchState[] = [];
  asked = 0;
  /** Between sending and being done; a driver that hangs heeds no signal. */
  whileSending: () => Promise<void> = async () => {};
  whileReading: () => Promise<void> = async () => {};
  announces = 1;
  /** Says done and does the opposite. */
  isContrary = false;

  constructor(clock: Clock, can: Partial<FakeDriver['can']> = {}) {
    this.#clock = clock;
    this.can = { readBack: true, meter: false, leds: 0, askEveryMs: null, ...can };
  }

  async set(state: SwitchState, signal: AbortSignal, onSend?: OnSend): Promise<void> {
    signal.throwIfAborted();
    for (let times = 0; times < this.announces; times += 1) onSend?.(state);
    this.sent.push(state);
    await this.whileSending();
    this.relay = this.isContrary ? (state === 'on' ? 'off' : 'on') : state;
    this.commanded = { ...this.commanded, state, atMs: this.#clock.nowMs() };
  }

  async setLed(): Promise<void> {}

  async read(): Promise<PowerState> {
    this.asked += 1;
    const answer = this.relay;
    await this.whileReading();
    return answer;
  }

  async measure(): Promise<PowerMeter> {
    return { watts: this.watts, volts: null, amperes: null, atMs: this.#clock.nowMs() };
  }

  /** Somebody presses its button. */
  press(state: SwitchState): void {
    this.relay = state;
    this.#changed.fire();
  }
}
