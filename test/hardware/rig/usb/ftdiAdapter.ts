import type { Plug, PlugPoint } from './plug.ts';
import { PlugSocket } from './plugSocket.ts';
import { SerialEnd } from './serialEnd.ts';

/** An FTDI adapter (0403:6001), which Linux shows as ttyUSB. Two with one serial number are clones. */
export class FtdiAdapter implements Plug {
  readonly line = new SerialEnd((data) => this.#plug?.write(data));
  readonly #serialNumber: string;
  #plug: PlugSocket | null = null;

  constructor(serialNumber: string) {
    this.#serialNumber = serialNumber;
  }

  async insert(at: PlugPoint): Promise<void> {
    // Without it the emulator pulls the plug whenever nobody is at the other end.
    const options = { 'always-plugged': true, serial: this.#serialNumber };
    this.#plug = await PlugSocket.open(at, 'usb-serial', options, (socket) =>
      socket.on('data', (data) => this.line.receive(data)),
    );
  }

  async pull(): Promise<void> {
    await this.#plug?.pull();
    this.#plug = null;
  }

  dispose(): void {
    this.#plug?.dispose();
  }
}
