import type { UsbHub, UsbIdentity, UsbSocket } from '../contract/index.ts';
import { type DetectedPort, identityOf, nameOfPort, placeOfPort, type SocketLabel } from '../ports/index.ts';
import type { Thing } from './teachMachine.ts';

export interface PortThing extends Thing {
  readonly port: DetectedPort;
}

export interface SocketThing extends Thing {
  readonly hub: UsbHub;
  readonly usbSocket: UsbSocket;
}

/** Every port that a console or a cable may be. */
export function portThings(ports: readonly DetectedPort[], labelOf: SocketLabel): PortThing[] {
  return ports.map((port) => {
    const who = [identityKey(identityOf(port)), port.interface ?? '', lineOf(port)].join('/');
    return {
      port,
      who: identityOf(port) === null ? port.portId : who,
      key: `${port.portId}/${who}`,
      socket: port.socket,
      text: `${nameOfPort(port)} at ${placeOfPort(port, labelOf)}`,
    };
  });
}

/** Every device in a socket of a hub. */
export function socketThings(hubs: readonly UsbHub[]): SocketThing[] {
  return hubs.flatMap((hub) =>
    hub.sockets.flatMap((usbSocket) =>
      usbSocket.devices.map((device) => {
        const who = identityKey(device);
        const name = device.product ?? device.manufacturer ?? `${device.vendorId}:${device.productId}`;
        return {
          hub,
          usbSocket,
          who,
          key: `${usbSocket.socketId}/${who}`,
          socket: usbSocket.socketId,
          text: `${device.serialNumber === null ? name : `${name} (${device.serialNumber})`} at ${usbSocket.label}`,
        };
      }),
    ),
  );
}

/** Of several ports on one interface: which, by udev's count. */
function lineOf({ byId, byPath }: DetectedPort): string {
  return /-port\d+$/.exec(byPath ?? byId ?? '')?.[0] ?? '';
}

function identityKey(identity: UsbIdentity | null): string {
  return identity === null ? '' : `${identity.vendorId}:${identity.productId}:${identity.serialNumber ?? ''}`;
}
