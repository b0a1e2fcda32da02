import { Emitter } from '../../main/base/emitter.ts';
import type { Leds, SwitchState } from '../../main/contract/index.ts';
import type { VirtualBoard } from '../../main/virtual/index.ts';

/** A virtual board reduced to its outlet: holds state, counts commands, can die by itself. */
export class FakeVirtualBoard implements VirtualBoard {
  readonly kind = 'sim';
  readonly #power = new Emitter<SwitchState>();
  readonly #print = new Emitter<Uint8Array>();
  readonly onDidChangePower = this.#power.event;
  readonly onDidPrint = this.#print.event;
  cable: { state: SwitchState; commandedAtMs: number | null; leds: Leds } = {
    state: 'off',
    commandedAtMs: null,
    leds: [false, false, false],
  };
  commands = 0;
  /** The next switch fails with this. */
  failure: Error | null = null;
  /** Switching waits for this. */
  gate: Promise<void> = Promise.resolve();

  async setPower(state: SwitchState, signal: AbortSignal): Promise<void> {
    await this.gate;
    signal.throwIfAborted();
    this.commands += 1;
    if (this.failure) throw this.failure;
    const before = this.cable.state;
    this.cable = { ...this.cable, state, commandedAtMs: Date.now() };
    if (before !== state) this.#power.fire(state);
  }

  async setLed(led: number, on: boolean): Promise<void> {
    this.commands += 1;
    const leds = this.cable.leds.map((lit, index) => (index === led - 1 ? on : lit));
    this.cable = { ...this.cable, leds: leds as Leds };
  }

  async setLeds(leds: Leds): Promise<void> {
    this.commands += 1;
    this.cable = { ...this.cable, leds };
  }

  die(): void {
    this.cable = { ...this.cable, state: 'off' };
    this.#power.fire('off');
  }

  async type(): Promise<void> {}
}
