import { Emitter } from '../../main/base/emitter.ts';
import type { UsbDevice, UsbSocket } from '../../main/contract/index.ts';
import type { PowerDeps } from '../../main/power/index.ts';

/** A USB hub whose sockets really lose their power, each alone unless it is ganged. */
export class FakeSockets implements Pick<PowerDeps, 'usb'> {
  readonly #changed = new Emitter<void>();
  readonly #powered = new Map<string, boolean>();
  readonly #refuses = new Map<string, string>();
  /** Each switch, in order. */
  readonly switched: string[] = [];
  isGanged = false;
  /** Says off and leaves the device where it is. */
  keepsDevices = false;

  constructor(sockets: readonly string[]) {
    for (const socketId of sockets) this.#powered.set(socketId, true);
  }

  /** Something hangs there that the machine would miss. */
  hang(socketId: string, why: string): void {
    this.#refuses.set(socketId, why);
  }

  readonly usb: PowerDeps['usb'] = {
    socket: (socketId) => this.#socket(socketId),
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
      devices: powered || this.keepsDevices ? [device] : [],
      boards: [],
    };
  }
}

const device: UsbDevice = {
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
