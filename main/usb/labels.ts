import type { SysfsDevice } from './sysfsUsb.ts';
import type { Hub } from './topology.ts';

/** `desk hub`, `Genesys USB2.0 Hub in port 1`, `this computer`. */
export function hubLabel(hub: Hub, name: string | null): string {
  if (name !== null) return name;
  return hub.root ? 'this computer' : `${productWords(hub.halves[0])} in port ${hub.portPath}`;
}

/** `desk hub, port 3`; of a computer with several controllers: `USB port 2 of this computer (0000:00:14.0)`. */
export function socketLabel(
  hub: Hub,
  socket: { readonly port: number; readonly socketId: string },
  facts: { name: string | null; severalControllers: boolean },
): string {
  // The kernel numbers USB 3 sockets that have no USB 2 half anew.
  const port =
    socket.socketId.includes('-usbv3-') && hub.root ? `${socket.port} (USB 3)` : String(socket.port);
  if (facts.name !== null || !hub.root) return `${hubLabel(hub, facts.name)}, port ${port}`;
  const words = `USB port ${port} of this computer`;
  return facts.severalControllers ? `${words} (${hub.hubId.replace(/^.*(?:pci|platform)-/, '')})` : words;
}

/** Manufacturer and product as the device says them; without either what the numbers say. */
export function productWords(device: SysfsDevice): string {
  const { manufacturer, product, vendorId, productId } = device;
  if (product === null)
    return `${manufacturer ?? 'USB'} ${device.isHub ? 'hub' : 'device'} ${vendorId}:${productId}`;
  return manufacturer === null || product.toLowerCase().startsWith(manufacturer.toLowerCase())
    ? product
    : `${manufacturer} ${product}`;
}
