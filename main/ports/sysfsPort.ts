import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';

/** What the kernel itself knows of a USB serial port. */
export interface SysfsPort {
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly manufacturer: string | null;
  readonly product: string | null;
  readonly serialNumber: string | null;
}

const unknown: SysfsPort = {
  vendorId: null,
  productId: null,
  manufacturer: null,
  product: null,
  serialNumber: null,
};

/**
 * Reads the USB descriptors of `tty` (`ttyACM0`) from sysfs: for containers without udev's database. Never
 * rejects; what is not there is null.
 */
export async function readSysfsPort(tty: string, sysDir: string): Promise<SysfsPort> {
  let folder = await realpath(path.join(sysDir, 'class/tty', tty, 'device')).catch(() => null);
  // From the tty's interface up to the USB device that carries the descriptors: one to three levels.
  for (let level = 0; folder !== null && level < 4; level += 1, folder = path.dirname(folder)) {
    const vendorId = await attribute(folder, 'idVendor');
    if (vendorId === null) continue;
    return {
      vendorId: vendorId.toLowerCase(),
      productId: (await attribute(folder, 'idProduct'))?.toLowerCase() ?? null,
      manufacturer: await attribute(folder, 'manufacturer'),
      product: await attribute(folder, 'product'),
      serialNumber: await attribute(folder, 'serial'),
    };
  }
  return unknown;
}

async function attribute(folder: string, name: string): Promise<string | null> {
  const text = await readFile(path.join(folder, name), 'utf8').catch(() => '');
  return text.trim() || null;
}
