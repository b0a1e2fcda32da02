import { truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addDevice, type Plug, type PlugPoint, removeDevice } from './plug.ts';

const diskBytes = 64 * 1024 * 1024;

/** A device the emulator has itself. */
class EmulatedDevice implements Plug {
  readonly #driver: string;
  readonly #options: Record<string, unknown>;
  #at: PlugPoint | null = null;

  constructor(driver: string, options: Record<string, unknown> = {}) {
    this.#driver = driver;
    this.#options = options;
  }

  async insert(at: PlugPoint): Promise<void> {
    this.#at = at;
    await addDevice(at, this.#driver, this.#options);
  }

  async pull(): Promise<void> {
    if (this.#at) await removeDevice(this.#at);
    this.#at = null;
  }

  dispose(): void {}
}

export class UsbKeyboard extends EmulatedDevice {
  constructor() {
    super('usb-kbd');
  }
}

/** A hub of its own, for a socket of another: `desk.4` makes `desk.4.1` and on. Pull what is in it first. */
export class UsbHub extends EmulatedDevice {
  readonly #switchesPower: boolean;
  #remove: () => void = () => {};

  constructor(options: { readonly switchesPower: boolean; readonly serialNumber?: string }) {
    super('usb-hub', {
      ports: 8,
      'port-power': options.switchesPower,
      ...(options.serialNumber === undefined ? {} : { serial: options.serialNumber }),
    });
    this.#switchesPower = options.switchesPower;
  }

  override async insert(at: PlugPoint): Promise<void> {
    await super.insert(at);
    if (this.#switchesPower) at.power.addHub(at.socket);
    this.#remove = () => at.power.removeHub(at.socket);
  }

  override async pull(): Promise<void> {
    await super.pull();
    this.#remove();
  }
}

/** An empty disk of 64 MB. */
export class UsbDisk implements Plug {
  #at: PlugPoint | null = null;

  async insert(at: PlugPoint): Promise<void> {
    this.#at = at;
    const filename = path.join(at.runDir, `${at.id}.img`);
    await writeFile(filename, '');
    await truncate(filename, diskBytes);
    const node = `${at.id}-disk`;
    await at.qmp.execute('blockdev-add', {
      driver: 'raw',
      'node-name': node,
      file: { driver: 'file', filename },
    });
    await addDevice(at, 'usb-storage', { drive: node });
  }

  async pull(): Promise<void> {
    // The file stays: nothing says when the emulator lets go of it.
    if (this.#at) await removeDevice(this.#at);
    this.#at = null;
  }

  dispose(): void {}
}
