import type { Port, PortMatch, UsbIdentity } from '../contract/index.ts';

/** What tells ports apart. */
export type KnownPort = Pick<
  Port,
  | 'device'
  | 'vendorId'
  | 'productId'
  | 'serialNumber'
  | 'interface'
  | 'socket'
  | 'byId'
  | 'byPath'
  | 'ambiguousId'
>;

/** Who the device behind a port says it is; null for what is no USB device. */
export function identityOf(
  port: Pick<KnownPort, 'vendorId' | 'productId' | 'serialNumber'>,
): UsbIdentity | null {
  const { vendorId, productId, serialNumber } = port;
  return vendorId === null || productId === null ? null : { vendorId, productId, serialNumber };
}

export function sameIdentity(a: UsbIdentity | null, b: UsbIdentity | null): boolean {
  return (
    a !== null &&
    b !== null &&
    a.vendorId === b.vendorId &&
    a.productId === b.productId &&
    a.serialNumber === b.serialNumber
  );
}

/** Two ports of one plugged device. What udev and sysfs place nowhere is told by its interface: a device has each once. */
export function sameDevice(a: KnownPort, b: KnownPort): boolean {
  if (a.socket !== null || b.socket !== null) return a.socket === b.socket;
  return a.interface !== b.interface && sameIdentity(identityOf(a), identityOf(b));
}

/** Another plugged device has the same vendor, product and serial number. */
export function hasClone(port: KnownPort, ports: readonly KnownPort[]): boolean {
  const identity = identityOf(port);
  if (identity === null || identity.serialNumber === null) return false;
  return ports.some(
    (other) => other !== port && sameIdentity(identity, identityOf(other)) && !sameDevice(port, other),
  );
}

/** The best way to bind `port`, by the order of preference of PortMatch; `ports` is all there is now. */
export function suggestMatch(port: KnownPort, ports: readonly KnownPort[]): PortMatch {
  const identity = identityOf(port);
  const lines = ports.filter((other) => other !== port && isSameInterface(port, other));
  if (identity !== null && identity.serialNumber !== null && lines.length === 0) {
    const { serialNumber, ...rest } = identity;
    const clone = hasClone(port, ports);
    if (!clone || port.byPath !== null)
      return {
        by: 'serial',
        value: serialNumber,
        ...rest,
        interface: port.interface,
        path: clone ? port.byPath : null,
      };
  }
  // Without a serial number in it a by-id name means any device of that make.
  if (port.byId !== null && !port.ambiguousId && identity?.serialNumber !== null)
    return { by: 'id', value: port.byId };
  const occupant = identity === null ? {} : { occupant: identity };
  if (port.socket !== null && identity !== null && lines.length === 0)
    return { by: 'socket', value: port.socket, interface: port.interface, ...occupant };
  if (port.byPath !== null) return { by: 'path', value: port.byPath, ...occupant };
  return { by: 'device', value: port.device };
}

/** Several ports on one interface: only udev's names, which count them, tell them apart. */
function isSameInterface(a: KnownPort, b: KnownPort): boolean {
  return (
    a.socket !== null &&
    a.socket === b.socket &&
    a.interface === b.interface &&
    sameIdentity(identityOf(a), identityOf(b))
  );
}
