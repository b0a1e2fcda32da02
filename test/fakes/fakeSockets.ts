import { Emitter } from '../../main/base/emitter.ts';
import type { UsbDevice, UsbIdentity, UsbSocket } from '../../main/contract/index.ts';
import type { PowerDeps } from '../../main/power/index.ts';

/** A USB hub whose sockets really lose their power, each alone unless it is ganged. */
export class FakeSockets implements Pick<PowerDeps, 'usb'> {
  readonly #changed = new Emitter<void>();
  readonly #powered = new Map<string, boolean>();
  readonly #empty = new Set<string>();
  readonly #refuses = new Map<string, string>();
  /** Each switch, in order. */
  readonly switched: string[] = [];
  isGanged = false;
  /** Says off and leaves the device where it is. */
  keepsDevices = false;
  #hub: UsbIdentity = { vendorId: '05e3', productId: '0610', serialNumber: null };

  constructor(sockets: readonly string[]) {
    for (const socketId of sockets) this.#powered.set(socketId, true);
  }

  /** Nothing is plugged in there any more, or the board took its device away; `plug` brings it back. */
  pull(socketId: string): void {
    this.#empty.add(socketId);
    this.#changed.fire();
  }

  plug(socketId: string): void {
    this.#empty.delete(socketId);
    this.#changed.fire();
  }

  /** Another hub is put in its place, with the same cables in the same sockets. */
  replaceHub(identity: UsbIdentity): void {
    this.#hub = identity;
    this.#changed.fire();
  }

  /** Something hangs there that the machine would miss. */
  hang(socketId: string, why: string): void {
    this.#refuses.set(socketId, why);
  }

  readonly usb: PowerDeps['usb'] = {
    socket: (socketId) => this.#socket(socketId),
    hubOf: (socketId) => (this.#powered.has(socketId) ? { hubId: 'hub', identity: this.#hub } : null),
    labelOf: (socketId) => `desk hub, port ${socketId.at(-1)}`,
    canAsk: () => true,
    isPowered: async (socketId) => this.#powered.get(socketId) ?? null,
    switchSocket: async (socketId, on, { onSend }) => {
      onSend?.();
      this.switched.push(`${socketId} ${on ? 'on' : 'off'}`);
      for (const each of this.isGanged ? this.#powered.keys() : [socketId]) this.#powered.set(each, on);
      this.#changed.fire();
    },
    consequences: (socketId) => ({
      switching: this.isGanged ? 'ganged' : 'alone',
      sockets: this.isGanged ? [...this.#powered.keys()] : [socketId],
      refuses: this.#refuses.get(socketId) ?? null,
    }),
    onDidChange: this.#changed.event,
  };

  #socket(socketId: string): UsbSocket | null {
    const powered = this.#powered.get(socketId);
    if (powered === undefined) return null;
    return {
      socketId,
      port: 1,
      label: `desk hub, port ${socketId.at(-1)}`,
      powered,
      devices: (powered || this.keepsDevices) && !this.#empty.has(socketId) ? [gadget] : [],
      boards: [],
    };
  }
}

/** A board that shows itself as a USB device. */
export const gadget: UsbDevice = {
  name: '1-1.1',
  vendorId: '1d6b',
  productId: '0104',
  serialNumber: null,
  manufacturer: null,
  product: 'gadget',
  speedMbps: 480,
  hubId: null,
  uses: [],
};
