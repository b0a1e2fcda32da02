import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { socketIdOf } from '../usb/index.ts';

/** What the kernel itself knows of a USB serial port. */
export interface SysfsPort {
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly manufacturer: string | null;
  readonly product: string | null;
  readonly serialNumber: string | null;
  /** The number of the USB interface it belongs to. */
  readonly interface: number | null;
  /** The socket its device is plugged into. */
  readonly socket: string | null;
}

const unknown: SysfsPort = {
  vendorId: null,
  productId: null,
  manufacturer: null,
  product: null,
  serialNumber: null,
  interface: null,
  socket: null,
};

/**
 * Reads the USB descriptors of `tty` (`ttyACM0`) from sysfs: for containers without udev's database. Never
 * rejects; what is not there is null.
 */
export async function readSysfsPort(tty: string, sysDir: string): Promise<SysfsPort> {
  let folder = await realpath(path.join(sysDir, 'class/tty', tty, 'device')).catch(() => null);
  let interfaceNumber: number | null = null;
  // From the tty's interface up to the USB device that carries the descriptors: one to three levels.
  for (let level = 0; folder !== null && level < 4; level += 1, folder = path.dirname(folder)) {
    interfaceNumber ??= parseInterface(await attribute(folder, 'bInterfaceNumber'));
    const vendorId = await attribute(folder, 'idVendor');
    if (vendorId === null) continue;
    return {
      vendorId: vendorId.toLowerCase(),
      productId: (await attribute(folder, 'idProduct'))?.toLowerCase() ?? null,
      manufacturer: await attribute(folder, 'manufacturer'),
      product: await attribute(folder, 'product'),
      serialNumber: udevWord(await attribute(folder, 'serial')),
      interface: interfaceNumber,
      socket: socketIdOf(folder),
    };
  }
  return unknown;
}

/** `bInterfaceNumber` and ID_USB_INTERFACE_NUM: two hex digits. */
export function parseInterface(text: string | null | undefined): number | null {
  return text && /^[0-9a-f]{2}$/i.test(text) ? Number.parseInt(text, 16) : null;
}

/**
 * A serial number as udev writes it (systemd, udev-builtin-usb_id.c): a port must have one identity, whoever tells it.
 */
export function udevWord(text: string | null): string | null {
  return (
    text
      ?.trim()
      .replace(/\s+/g, '_')
      .replace(/[^0-9A-Za-z#+\-.:=@_\u{80}-\u{10ffff}]/gu, '_') || null
  );
}

async function attribute(folder: string, name: string): Promise<string | null> {
  const text = await readFile(path.join(folder, name), 'utf8').catch(() => '');
  return text.trim() || null;
}
