import path from 'node:path';

const pciFunction = /^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$/;
const pciBus = /^pci[0-9a-f]{4,}:[0-9a-f]{2}$/;
const rootHub = /^usb\d+$/;
const device = /^\d+-\d+(\.\d+)*$/;

/**
 * The socket a USB device is plugged into, from its resolved folder in sysfs
 * (`/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.3`): `pci-0000:00:14.0-usb-0:1.3`, as udev's path_id says it
 * (systemd, udev-builtin-path_id.c), without its `usbv2` variants: a USB 3 socket is one socket. Interfaces and
 * what is below them belong to their device. Null for a root hub and for what is no USB device.
 *
 * The number is that of the half the device is on. Where both halves of a USB 3 socket are numbered differently
 * `UsbService.socketOf` knows the one name; serial adapters are on the USB 2 half, whose number it is.
 */
export function socketIdOf(sysfsFolder: string): string | null {
  const parts = sysfsFolder.split('/');
  const bus = parts.findIndex((part) => rootHub.test(part));
  if (bus === -1) return null;
  const name = parts.slice(bus).findLast((part) => device.test(part));
  if (name === undefined) return null;
  return socketIdFrom(controllerId(parts.slice(0, bus).join('/')), portPathOf(name));
}

export function socketIdFrom(controller: string, portPath: string): string {
  return `${controller}-usb-0:${portPath}`;
}

/** The socket is one of this hub's, or of a hub behind it. A root hub has all sockets of its controller behind it. */
export function isBehindHub(socketId: string, hubId: string): boolean {
  return socketId.startsWith(`${hubId}.`) || socketId.startsWith(`${hubId}-usb`);
}

/** `1.3` of `1-1.3`. */
export function portPathOf(deviceName: string): string {
  return deviceName.slice(deviceName.indexOf('-') + 1);
}

/**
 * `pci-0000:00:14.0`, `platform-xhci-hcd.1.auto`, `platform-fd500000.pcie-pci-0000:01:00.0`, from the folder a root hub
 * is in. As path_id: of neighbours on one kind of bus the one nearest to the device gives its name.
 */
export function controllerId(sysfsFolder: string): string {
  const parts = sysfsFolder.split('/').filter((part) => part !== '');
  const words: string[] = [];
  const isPci = pciFunction.test(parts.at(-1) ?? '');
  if (isPci) {
    words.unshift(`pci-${parts.at(-1)}`);
    while (pciFunction.test(parts.at(-1) ?? '')) parts.pop();
    if (pciBus.test(parts.at(-1) ?? '')) parts.pop();
  }
  // Everything in devices/platform is a platform device, but for that folder itself.
  const platform = parts.indexOf('platform');
  if (platform !== -1 && parts.length > platform + 1) words.unshift(`platform-${parts.at(-1)}`);
  return words.length > 0 ? words.join('-') : path.basename(sysfsFolder);
}
