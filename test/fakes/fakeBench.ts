import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type FakeDevice, FakeUsb } from './fakeUsb.ts';

/** USB as FakeUsb shows it, and the serial ports of what is plugged in, with udev's links to them. */
export class FakeBench extends FakeUsb {
  readonly #nodes = new Map<string, string[]>();
  #dealt = 0;

  /** Each port gets a number nobody had. Answers the nodes. */
  plugSerial(name: string, device: FakeDevice = {}, lines = 1): string[] {
    this.plug(name, device);
    const nodes = Array.from({ length: lines }, (_, line) => this.#addPort(name, line));
    this.#nodes.set(name, nodes);
    return nodes;
  }

  override unplug(name: string): void {
    for (const [device, nodes] of this.#nodes) {
      if (device !== name && !device.startsWith(`${name}.`)) continue;
      for (const node of nodes) this.#removePort(device, nodes.indexOf(node), node);
      this.#nodes.delete(device);
      if (device !== name) rmSync(this.node(device));
    }
    rmSync(this.node(name));
    super.unplug(name);
  }

  #addPort(name: string, line: number): string {
    const tty = `ttyUSB${this.#dealt}`;
    this.#dealt += 1;
    const node = path.join(this.devDir, tty);
    const folder = this.give(name, 'tty', tty);
    const contact = path.join(folder, '..', '..', '..', `${name}:1.${line}`);
    mkdirSync(contact, { recursive: true });
    writeFileSync(path.join(contact, 'bInterfaceNumber'), `0${line}\n`);
    symlinkSync(contact, path.join(folder, 'device'));
    mkdirSync(path.join(this.devDir, 'serial/by-path'), { recursive: true });
    symlinkSync(node, this.#byPath(name, line));
    writeFileSync(node, '');
    return node;
  }

  #removePort(name: string, line: number, node: string): void {
    rmSync(this.#byPath(name, line));
    rmSync(path.join(this.sysDir, 'class/tty', path.basename(node)));
    rmSync(node);
  }

  /** For controllers of FakeUsb as they come: `pci-0000:00:14.0-usb-0:1.3:1.0-port0`. */
  #byPath(name: string, line: number): string {
    const ports = name.slice(name.indexOf('-') + 1);
    return path.join(this.devDir, `serial/by-path/pci-0000:00:14.0-usb-0:${ports}:1.${line}-port0`);
  }
}
