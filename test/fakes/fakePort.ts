import type { PortId } from '../../main/contract/index.ts';
import type { DetectedPort } from '../../main/ports/index.ts';

/**
 * A port as one look shows it; `socket` is the part behind the controller: `1.3`. What follows from it (by-path name,
 * node) is made up to fit.
 */
export function fakePort(part: Partial<DetectedPort> = {}): DetectedPort {
  const socket = part.socket ?? '1';
  const line = part.interface ?? 0;
  const byPath = part.byPath === undefined ? `pci-0-usb-0:${socket}:1.${line}` : part.byPath;
  return {
    vendorId: '0403',
    productId: '6001',
    manufacturer: 'FTDI',
    product: 'FT232R',
    serialNumber: null,
    byId: null,
    ambiguousId: false,
    sharedSerial: false,
    interface: line,
    looksLike: null,
    access: { ok: true },
    device: `/dev/ttyUSB-${socket}-${line}`,
    suggestedMatch: { by: 'path', value: byPath ?? 'none' },
    ...part,
    portId: (byPath ?? part.device ?? 'port') as PortId,
    byPath,
    socket: `pci-0-usb-0:${socket}`,
  };
}
