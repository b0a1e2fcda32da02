import type { Clock } from '../../base/clock.ts';
import { Emitter, type Event } from '../../base/emitter.ts';
import {
  fail,
  type HubPortPower,
  type Leds,
  type PowerState,
  type SwitchState,
} from '../../contract/index.ts';
import type { UsbService } from '../../usb/index.ts';
import type { OutletMemory } from '../outletMemory.ts';
import type { Consequences, OnSend, PowerDriver } from '../powerDriver.ts';
import { RememberedCommand } from '../rememberedCommand.ts';

/** What of UsbService the driver needs. */
export type HubPorts = Pick<
  UsbService,
  'socket' | 'labelOf' | 'canAsk' | 'isPowered' | 'switchSocket' | 'consequences' | 'onDidChange'
>;

/**
 * A socket of a USB hub. What it reads is the hub's own bit: many hubs drop the device, say "off" and keep the supply
 * up, so it is no proof of anything.
 */
export class UsbHubPort implements PowerDriver {
  readonly kind = 'usb-hub-port';
  readonly repeatsCommand = true;
  readonly onDidChange: Event<void>;
  readonly #binding: HubPortPower;
  readonly #usb: HubPorts;
  readonly #remembered: RememberedCommand;
  readonly #changed = new Emitter<void>();
  readonly #watch: { dispose(): void };
  #powered: boolean | null;

  constructor(binding: HubPortPower, deps: { usb: HubPorts; memory: OutletMemory; clock: Clock }) {
    this.#binding = binding;
    this.#usb = deps.usb;
    this.#remembered = new RememberedCommand({
      memory: deps.memory,
      identity: `usb ${binding.socket}`,
      clock: deps.clock,
    });
    this.onDidChange = this.#changed.event;
    this.#powered = this.#poweredAtLook();
    // The tree changes for every device anywhere; this outlet only with its own socket.
    this.#watch = this.#usb.onDidChange(() => {
      const powered = this.#poweredAtLook();
      if (powered === this.#powered) return;
      this.#powered = powered;
      this.#changed.fire();
    });
  }

  get label(): string {
    return this.#usb.labelOf(this.#binding.socket);
  }

  get can() {
    return {
      readBack: this.#usb.canAsk(this.#binding.socket),
      meter: false,
      leds: 0,
      askEveryMs: null,
    } as const;
  }

  get commanded(): { state: SwitchState | null; atMs: number | null; leds: Leds } {
    return this.#remembered.commanded;
  }

  get doubt(): string | null {
    return this.#remembered.doubt;
  }

  async set(state: SwitchState, signal: AbortSignal, onSend?: OnSend): Promise<void> {
    signal.throwIfAborted();
    const { socket, method } = this.#binding;
    await this.#remembered.run(state, (left) =>
      this.#usb.switchSocket(socket, state === 'on', {
        method,
        signal,
        onSend: () => {
          left();
          onSend?.(`${state} to ${this.label}`);
        },
      }),
    );
  }

  async setLed(): Promise<void> {
    fail(
      'UNSUPPORTED',
      `${this.label} has no LEDs`,
      'A hub with lights at its ports shows states by itself.',
    );
  }

  async read(signal: AbortSignal): Promise<PowerState> {
    const powered = await this.#usb.isPowered(this.#binding.socket, signal);
    return powered === null ? 'unknown' : powered ? 'on' : 'off';
  }

  consequences(): Consequences {
    return this.#usb.consequences(this.#binding.socket);
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }

  #poweredAtLook(): boolean | null {
    return this.#usb.socket(this.#binding.socket)?.powered ?? null;
  }
}
