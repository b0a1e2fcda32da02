import type { UsbDevice, UsbHub } from '../../main/contract/index.ts';

/** The desk hub in port 1, with four ports: `plugged` tells by port number which product is in which. */
export function fakeHub(plugged: Readonly<Record<number, string>>, more: Partial<UsbHub> = {}): UsbHub {
  return {
    hubId: 'pci-0-usb-0:1',
    name: 'desk hub',
    label: 'desk hub',
    root: false,
    vendorId: '05e3',
    productId: '0608',
    serialNumber: null,
    switching: 'per-port',
    method: 'disable',
    switchingProblem: null,
    indicators: false,
    sockets: [1, 2, 3, 4].map((port) => ({
      socketId: `pci-0-usb-0:1.${port}`,
      port,
      label: `desk hub, port ${port}`,
      powered: true,
      devices: plugged[port] === undefined ? [] : [device(port, plugged[port])],
      boards: [],
    })),
    ...more,
  };
}

function device(port: number, product: string): UsbDevice {
  return {
    name: `1-1.${port}`,
    vendorId: '1d6b',
    productId: '0104',
    serialNumber: null,
    manufacturer: null,
    product,
    speedMbps: 480,
    hubId: null,
    uses: [],
  };
}
