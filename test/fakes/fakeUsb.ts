import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface FakeDevice {
  readonly vendorId?: string;
  readonly productId?: string;
  readonly serial?: string;
  readonly manufacturer?: string;
  readonly product?: string;
  readonly speed?: number;
  /** How many ports it has: it is a hub. */
  readonly ports?: number;
  /** Without the kernel's switch, as before Linux 6.0. */
  readonly oldKernel?: boolean;
}

/** What `describe` of resources/usb/hub_control.py answers for a hub that was given no characteristics. */
const perPort = 0x0009;

/** USB as /sys, /proc and /dev show it, in a temporary folder: files and links, without a kernel behind them. */
export class FakeUsb {
  readonly root = mkdtempSync(path.join(tmpdir(), 'labdeck-usb-'));
  readonly sysDir = path.join(this.root, 'sys');
  readonly procDir = path.join(this.root, 'proc');
  readonly devDir = path.join(this.root, 'dev');
  readonly #script = path.join(this.root, 'hub_control.sh');
  /** Stands in for resources/usb/hub_control.py: answers from files, and counts how often it was asked. */
  readonly hubControl = ['sh', this.#script] as const;
  readonly #folders = new Map<string, string>();
  #devices = 0;

  constructor() {
    for (const folder of ['bus/usb/devices', 'dev/block', 'class/block', 'class/net', 'class/input'])
      mkdirSync(path.join(this.sysDir, folder), { recursive: true });
    mkdirSync(path.join(this.procDir, 'self'), { recursive: true });
    mkdirSync(path.join(this.devDir, 'bus/usb'), { recursive: true });
    writeFileSync(this.#script, answering);
  }

  /** `usb1` of the controller `0000:00:14.0`. */
  rootHub(bus: number, device: FakeDevice & { controller?: string } = {}): void {
    const folder = path.join(
      this.sysDir,
      'devices/pci0000:00',
      device.controller ?? '0000:00:14.0',
      `usb${bus}`,
    );
    this.#make(`usb${bus}`, bus, folder, {
      vendorId: '1d6b',
      productId: '0002',
      manufacturer: 'Linux xhci-hcd',
      product: 'xHCI Host Controller',
      ports: 4,
      ...device,
    });
  }

  /** `1-1.3` goes into port 3 of `1-1`. */
  plug(name: string, device: FakeDevice = {}): void {
    const bus = Number(name.split('-')[0]);
    const above = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : `usb${bus}`;
    this.#make(name, bus, path.join(this.#folder(above), name), device);
  }

  unplug(name: string): void {
    const folder = this.#folder(name);
    rmSync(folder, { recursive: true });
    for (const [other, where] of this.#folders) {
      if (where !== folder && !where.startsWith(`${folder}/`)) continue;
      rmSync(path.join(this.sysDir, 'bus/usb/devices', other), { force: true });
      this.#folders.delete(other);
    }
  }

  /** Makes one socket of two ports of the kernel: `pair('usb1-port5', 'usb2-port1')`. */
  pair(a: string, b: string): void {
    symlinkSync(this.#portFolder(b), path.join(this.#portFolder(a), 'peer'));
    symlinkSync(this.#portFolder(a), path.join(this.#portFolder(b), 'peer'));
  }

  /** The kernel's switch of a port: `1` is off. */
  disabled(port: string): string {
    return readFileSync(path.join(this.#portFolder(port), 'disable'), 'utf8').trim();
  }

  /** wHubCharacteristics as a hub answers them from now on, or the name of the error it answers with. */
  says(hub: string, characteristics: number | string): void {
    const node = this.node(hub);
    const said =
      typeof characteristics === 'string' ? { errno: characteristics } : { characteristics, ports: 4 };
    writeFileSync(`${node}.says`, `${JSON.stringify({ node, ...said })}\n`);
  }

  timesAsked(): number {
    return readFileSync(`${this.#script}.log`, 'utf8').split('\n').length - 1;
  }

  /** The usbfs node of a device. */
  node(name: string): string {
    const folder = this.#folder(name);
    const number = (file: string) => readFileSync(path.join(folder, file), 'utf8').trim().padStart(3, '0');
    return path.join(this.devDir, 'bus/usb', number('busnum'), number('devnum'));
  }

  /** A node of another subsystem below a device: `give('1-1', 'net', 'eth1')`. Files go into its folder. */
  give(name: string, subsystem: string, node: string, files: Readonly<Record<string, string>> = {}): string {
    const folder = path.join(this.#folder(name), `${name}:1.0`, subsystem, node);
    this.link(subsystem, node, folder, files);
    return folder;
  }

  /** An entry of /sys/class with its folder. */
  link(subsystem: string, node: string, folder: string, files: Readonly<Record<string, string>> = {}): void {
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    const links = path.join(this.sysDir, 'class', subsystem);
    mkdirSync(links, { recursive: true });
    symlinkSync(path.relative(links, folder), path.join(links, node));
  }

  dispose(): void {
    // A service under test may still be saving what the test did not wait for.
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  #make(name: string, bus: number, folder: string, device: FakeDevice): void {
    this.#devices += 1;
    mkdirSync(folder, { recursive: true });
    const { vendorId = '0409', productId = '55aa', speed = 480, ports } = device;
    const attributes: Record<string, string | undefined> = {
      idVendor: vendorId,
      idProduct: productId,
      serial: device.serial,
      manufacturer: device.manufacturer,
      product: device.product,
      speed: String(speed),
      busnum: String(bus),
      devnum: String(this.#devices),
      bDeviceClass: ports === undefined ? '00' : '09',
    };
    for (const [file, text] of Object.entries(attributes))
      if (text !== undefined) writeFileSync(path.join(folder, file), `${text}\n`);
    const contact = name.startsWith('usb') ? `${bus}-0:1.0` : `${name}:1.0`;
    for (let port = 1; port <= (ports ?? 0); port += 1) {
      const portFolder = path.join(folder, contact, `${name}-port${port}`);
      mkdirSync(portFolder, { recursive: true });
      if (!device.oldKernel) writeFileSync(path.join(portFolder, 'disable'), '0\n');
    }
    this.#folders.set(name, folder);
    symlinkSync(folder, path.join(this.sysDir, 'bus/usb/devices', name));
    const node = this.node(name);
    mkdirSync(path.dirname(node), { recursive: true });
    if (ports !== undefined) this.says(name, perPort);
    writeFileSync(node, '');
  }

  #folder(name: string): string {
    const folder = this.#folders.get(name);
    if (folder === undefined) throw new Error(`${name} is not plugged in`);
    return folder;
  }

  #portFolder(port: string): string {
    const hub = port.slice(0, port.lastIndexOf('-port'));
    const contact = hub.startsWith('usb') ? `${hub.slice(3)}-0:1.0` : `${hub}:1.0`;
    return path.join(this.#folder(hub), contact, port);
  }
}

/** A node's answer lies beside it. */
const answering = `shift
for node in "$@"; do cat "$node.says"; done
echo "$@" >>"$0.log"
`;
