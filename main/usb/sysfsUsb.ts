import { readdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';

/** A port of a hub as the kernel shows it (`1-1:1.0/1-1-port3`). */
export interface SysfsHubPort {
  readonly port: number;
  readonly folder: string;
  /** The other half of a USB 3 socket: `usb2-port1`. */
  readonly peer: string | null;
}

/** A USB device as the kernel shows it. */
export interface SysfsDevice {
  /** `1-1.3`, `usb1`. */
  readonly name: string;
  /** Resolved. */
  readonly folder: string;
  readonly busNumber: number;
  readonly deviceNumber: number;
  readonly vendorId: string;
  readonly productId: string;
  readonly serialNumber: string | null;
  readonly manufacturer: string | null;
  readonly product: string | null;
  readonly speedMbps: number | null;
  readonly isHub: boolean;
  /** Of a hub; empty for anything else. */
  readonly ports: readonly SysfsHubPort[];
}

/**
 * Every USB device in `<sysDir>/bus/usb/devices`. Of those in `before` only what may have changed is read again. One
 * that leaves while it is read is left out; a machine without USB has none. Never rejects.
 */
export async function readUsbDevices(
  sysDir: string,
  before: readonly SysfsDevice[] = [],
): Promise<SysfsDevice[]> {
  const folder = path.join(sysDir, 'bus/usb/devices');
  const names = (await readdir(folder).catch(() => [])).filter((name) => !name.includes(':'));
  const known = new Map(before.map((device) => [device.name, device]));
  const read = await Promise.all(
    names.map((name) => readDevice(path.join(folder, name), name, known.get(name))),
  );
  const devices = read.filter((device) => device !== null);
  // The halves of a USB 3 socket know each other once the second of the two hubs is there.
  const sameHubs = devices.every(
    (device) => !device.isHub || (device === known.get(device.name) && device.ports.length > 0),
  );
  const withPorts = await Promise.all(
    devices.map(async (device) =>
      device.isHub && !sameHubs ? { ...device, ports: await readPorts(device.folder) } : device,
    ),
  );
  return withPorts.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

async function readDevice(
  link: string,
  name: string,
  known: SysfsDevice | undefined,
): Promise<SysfsDevice | null> {
  const folder = await realpath(link).catch(() => null);
  if (folder === null) return null;
  const attribute = (file: string) => readAttribute(path.join(folder, file));
  const device = await attribute('devnum');
  // Each enumeration gives a new number, and what a device says of itself does not change without one.
  if (known?.folder === folder && known.deviceNumber === Number(device)) return known;
  const [vendorId, productId, bus, kind] = await Promise.all(
    ['idVendor', 'idProduct', 'busnum', 'bDeviceClass'].map(attribute),
  );
  if (!vendorId || !productId || !bus || !device) return null;
  const [serialNumber, manufacturer, product, speed] = await Promise.all(
    ['serial', 'manufacturer', 'product', 'speed'].map(attribute),
  );
  return {
    name,
    folder,
    busNumber: Number(bus),
    deviceNumber: Number(device),
    vendorId: vendorId.toLowerCase(),
    productId: productId.toLowerCase(),
    serialNumber: serialNumber?.slice(0, 255) ?? null,
    manufacturer: manufacturer ?? null,
    product: product ?? null,
    speedMbps: speed ? Number(speed) || null : null,
    isHub: kind === '09',
    ports: [],
  };
}

/** `1-1/1-1:1.0/1-1-port3`, in a root hub `usb1/1-0:1.0/usb1-port3`; none until the hub's driver has it. */
async function readPorts(hub: string): Promise<SysfsHubPort[]> {
  const interfaces = (await readdir(hub).catch(() => [])).filter((name) => /^[\d.-]+:\d+\.\d+$/.test(name));
  const ports: SysfsHubPort[] = [];
  for (const name of interfaces) {
    const folder = path.join(hub, name);
    for (const entry of await readdir(folder).catch(() => [])) {
      const port = /-port(\d+)$/.exec(entry)?.[1];
      if (port === undefined) continue;
      const peer = await realpath(path.join(folder, entry, 'peer')).catch(() => null);
      ports.push({
        port: Number(port),
        folder: path.join(folder, entry),
        peer: peer === null ? null : path.basename(peer),
      });
    }
  }
  return ports.sort((a, b) => a.port - b.port);
}

/** The attribute's text without white space at its ends; null where it has none. Never rejects. */
export async function readAttribute(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim() || null;
}
