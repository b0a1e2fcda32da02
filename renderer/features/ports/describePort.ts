import type { Port, PortMatch, UsbIdentity } from '../../../main/contract/index.ts';

/** What a person would call it: its product, else its maker, else its node. */
export function portTitle(port: Port): string {
  return port.product ?? port.manufacturer ?? port.device;
}

/** `0403:6001`, or null where udev tells neither. */
export function usbId(port: Port): string | null {
  return port.vendorId === null || port.productId === null ? null : `${port.vendorId}:${port.productId}`;
}

/** How to bind it so that it is found again: the best way there is, as the core says. */
export function stableMatch(port: Port): PortMatch {
  return port.suggestedMatch;
}

/** The port a binding means now; null while it is not plugged in, or when only the core can tell. */
export function findPort(ports: readonly Port[], match: PortMatch): Port | null {
  const found = ports.filter((port) => meets(port, match));
  // Bound beside its twin: the one in its socket, and no other, since what is left alone may be that twin.
  if (match.by === 'serial' && match.path !== null)
    return found.find(({ byPath }) => byPath === match.path) ?? null;
  const [port] = found;
  return port && found.length === 1 ? port : null;
}

function meets(port: Port, match: PortMatch): boolean {
  switch (match.by) {
    case 'serial':
      return (
        port.serialNumber === match.value &&
        port.vendorId === match.vendorId &&
        port.productId === match.productId &&
        (match.interface === null || port.interface === match.interface)
      );
    case 'id':
      return port.byId === match.value;
    case 'socket':
      return (
        port.socket === match.value &&
        (match.interface === null || port.interface === match.interface) &&
        fits(port, match.occupant)
      );
    case 'path':
      return port.byPath === match.value && fits(port, match.occupant);
    case 'device':
      return port.device === match.value;
  }
}

function fits(port: Port, occupant: UsbIdentity | null | undefined): boolean {
  return !occupant || isSameDevice(port, occupant);
}

export function isSameDevice(port: Port, { vendorId, productId, serialNumber }: UsbIdentity): boolean {
  return port.vendorId === vendorId && port.productId === productId && port.serialNumber === serialNumber;
}

/** Null for what is no USB device. */
export function identityOf({ vendorId, productId, serialNumber }: Port): UsbIdentity | null {
  return vendorId === null || productId === null ? null : { vendorId, productId, serialNumber };
}
