import type { Event } from '../../base/emitter.ts';
import { fail, type Leds, type PowerState, type SwitchState } from '../../contract/index.ts';
import type { VirtualBoard } from '../../virtual/index.ts';
import type { OnSend, PowerDriver } from '../powerDriver.ts';

/** The outlet every virtual board brings. It keeps its own state and can be asked. */
export class VirtualPower implements PowerDriver {
  readonly kind = 'virtual';
  readonly can = { readBack: true, leds: 3 } as const;
  readonly doubt = null;
  readonly onDidChange: Event<void>;
  readonly #board: VirtualBoard;
  #lastSet: SwitchState | null = null;

  constructor(board: VirtualBoard) {
    this.#board = board;
    this.onDidChange = (listener) => board.onDidChangePower(() => listener());
  }

  /** A machine that died by itself was still commanded on, as long as we remember; later only its state is known. */
  get commanded(): { state: SwitchState | null; atMs: number | null; leds: Leds } {
    const { state, commandedAtMs, leds } = this.#board.cable;
    return { state: commandedAtMs === null ? null : (this.#lastSet ?? state), atMs: commandedAtMs, leds };
  }

  async set(state: SwitchState, signal: AbortSignal, onSend?: OnSend): Promise<void> {
    signal.throwIfAborted();
    onSend?.(`${state} to the virtual outlet`);
    await this.#board.setPower(state, signal);
    this.#lastSet = state;
  }

  async setLed(led: number, on: boolean, signal: AbortSignal, onSend?: OnSend): Promise<void> {
    if (led < 1 || led > this.can.leds)
      fail('BAD_REQUEST', `The virtual outlet has LEDs 1 to ${this.can.leds}`);
    signal.throwIfAborted();
    onSend?.(`LED ${led} ${on ? 'on' : 'off'} to the virtual outlet`);
    await this.#board.setLed(led, on);
  }

  async read(): Promise<PowerState> {
    return this.#board.cable.state;
  }
}
