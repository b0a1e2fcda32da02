import type { UsbIdentity } from '../usb/acmDescriptors.ts';
import { AcmDevice } from '../usb/acmDevice.ts';
import type { PlugPoint } from '../usb/plug.ts';
import type { Supply } from './board.ts';

const alphabet = '0123456789:;<=>?';

/**
 * The ACM power cable in its default dialect: bit 0 of a digit is power, bits 1 to 3 are its LEDs. It lives on its
 * USB supply: pulled, or in a socket without power, it switches off.
 */
export class PowerCable extends AcmDevice implements Supply {
  power = false;
  leds: readonly [boolean, boolean, boolean] = [false, false, false];
  readonly #listeners = new Set<(on: boolean) => void>();
  #unwatch: () => void = () => {};

  constructor(identity: Partial<UsbIdentity> = {}) {
    super({ manufacturer: 'Bench', product: 'Power cable', ...identity });
    this.line.onReceived((text) => {
      for (const digit of text) this.#act(alphabet.indexOf(digit));
    });
  }

  get isOn(): boolean {
    return this.power;
  }

  onSwitch(listener: (on: boolean) => void): void {
    this.#listeners.add(listener);
  }

  override async insert(at: PlugPoint): Promise<void> {
    this.#unwatch = at.power.watch(at.socket, (on) => {
      if (!on) this.#act(0);
    });
    await super.insert(at);
  }

  override dispose(): void {
    super.dispose();
    this.#unwatch();
    this.#act(0);
  }

  #act(value: number): void {
    if (value < 0) return;
    const bit = (index: number) => (value & (1 << index)) !== 0;
    this.leds = [bit(1), bit(2), bit(3)];
    if (bit(0) === this.power) return;
    this.power = bit(0);
    for (const listener of this.#listeners) listener(this.power);
  }
}
