import type { Port, PortMatch } from '../../../main/contract/index.ts';

/** What a person would call it: its product, else its maker, else its node. */
export function portTitle(port: Port): string {
  return port.product ?? port.manufacturer ?? port.device;
}

/** `0403:6001`, or null where udev tells neither. */
export function usbId(port: Port): string | null {
  return port.vendorId === null || port.productId === null ? null : `${port.vendorId}:${port.productId}`;
}

/** How to bind it so that it is found again: by serial number if that is unique, else by where it is plugged. */
export function stableMatch(port: Port): PortMatch {
  if (port.byId !== null && !port.ambiguousId) return { by: 'id', value: port.byId };
  if (port.byPath !== null) return { by: 'path', value: port.byPath };
  return { by: 'device', value: port.device };
}

/** The port a binding means now; null while it is not plugged in, or when only the core can tell. */
export function findPort(ports: readonly Port[], match: PortMatch): Port | null {
  const found = ports.filter((port) => {
    if (match.by === 'id') return port.byId === match.value;
    return match.by === 'path' ? port.byPath === match.value : port.device === match.value;
  });
  return found.length === 1 ? (found[0] ?? null) : null;
}

export const matchWord: Readonly<Record<PortMatch['by'], string>> = {
  id: 'by id: this very adapter, wherever it is plugged in',
  path: 'by path: whatever is plugged into this socket',
  device: 'by device path',
};
