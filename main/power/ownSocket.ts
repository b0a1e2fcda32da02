import type { Board, PortMatch, PowerBinding, UsbDevice, UsbIdentity } from '../contract/index.ts';
import { matchKey, type PortsService, placeOfPath, sameIdentity } from '../ports/index.ts';
import { isBehindHub, type UsbService } from '../usb/index.ts';

/** What of UsbService tells about a board's own device. */
export type HubSockets = Pick<UsbService, 'socket' | 'hubOf'>;

/** Which socket was looked at, and whether the board's own device is in it. */
export interface OwnDeviceLook {
  readonly socket: string;
  readonly there: boolean;
}

/**
 * Looks into the socket that holds a board's own USB device. The adapters a board binds, and the hubs they hang on, are
 * fed by that socket whatever becomes of the board: they are no device of its own.
 */
export class OwnSocket {
  readonly #usb: HubSockets;
  readonly #ports: Pick<PortsService, 'resolve'>;
  /** Who was seen to carry a match: the list of ports may lose it sooner than the list of devices does. */
  readonly #carriers = new Map<string, readonly UsbIdentity[]>();

  constructor(usb: HubSockets, ports: Pick<PortsService, 'resolve'>) {
    this.#usb = usb;
    this.#ports = ports;
  }

  /**
   * Null where nothing can be told: no socket is bound, or its hub is away, or it is switched by the outlet itself, or
   * what is plugged into it is an adapter.
   */
  look({
    usbSocket,
    power,
    consoles,
  }: Pick<Board, 'usbSocket' | 'power' | 'consoles'>): OwnDeviceLook | null {
    if (usbSocket === null || this.#isSwitched(usbSocket, power)) return null;
    const socket = this.#usb.socket(usbSocket);
    if (socket === null) return null;
    const { devices } = socket;
    const cable = power?.kind === 'acm-cable' ? [power.match] : [];
    for (const match of [...consoles.flatMap((console) => console.match ?? []), ...cable]) {
      const at = this.#ports.resolve(match)?.port?.socket ?? null;
      if (isAtOrBehind(at, usbSocket)) this.#carriers.set(matchKey(match), devices);
      if (devices.some((device) => this.#isCarrier(device, match, usbSocket))) return null;
    }
    return { socket: usbSocket, there: devices.length > 0 };
  }

  /** Hubs switch more than they say: of the sockets of one, none is a witness for another. */
  #isSwitched(usbSocket: string, power: PowerBinding | null): boolean {
    if (power?.kind !== 'usb-hub-port') return false;
    const hub = this.#usb.hubOf(power.socket);
    return hub === null || isBehindHub(usbSocket, hub.hubId);
  }

  #isCarrier(device: UsbDevice, match: PortMatch, usbSocket: string): boolean {
    if (this.#carriers.get(matchKey(match))?.some((carrier) => sameIdentity(carrier, device))) return true;
    // As its binding alone says: the list of ports may learn of it later than the list of devices does.
    if (match.by === 'serial') return sameIdentity({ ...match, serialNumber: match.value }, device);
    if (match.by !== 'socket' && match.by !== 'path') return false;
    const place = match.by === 'socket' ? match.value : (placeOfPath(match.value)?.socket ?? null);
    if (place !== usbSocket) return isAtOrBehind(place, usbSocket) && device.hubId !== null;
    return !match.occupant || sameIdentity(match.occupant, device);
  }
}

function isAtOrBehind(socket: string | null, other: string): boolean {
  return socket !== null && (socket === other || socket.startsWith(`${other}.`));
}
