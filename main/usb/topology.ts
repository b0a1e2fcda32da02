import path from 'node:path';
import type { UsbIdentity } from '../contract/index.ts';
import { controllerId, portPathOf, socketIdFrom } from './socketId.ts';
import type { SysfsDevice, SysfsHubPort } from './sysfsUsb.ts';

/** One of the kernel's ports that make up a socket: its USB 2 or its USB 3 half. */
export interface SocketHalf {
  readonly hub: SysfsDevice;
  readonly port: SysfsHubPort;
}

/** A socket one can point at. */
export interface Socket {
  readonly socketId: string;
  readonly hubId: string;
  readonly port: number;
  /** USB 2 half first. */
  readonly halves: readonly SocketHalf[];
  /** What is plugged in; a USB 3 hub is two devices. */
  readonly devices: readonly SysfsDevice[];
}

/** A hub as one sees it on the desk: both halves of a USB 3 hub, all root hubs of a controller. */
export interface Hub {
  /** The socket it is plugged into; of a root hub its controller. */
  readonly hubId: string;
  readonly root: boolean;
  /** `1.4`; empty for a root hub. */
  readonly portPath: string;
  /** USB 2 half first. */
  readonly halves: readonly [SysfsDevice, ...SysfsDevice[]];
  readonly sockets: readonly Socket[];
}

/** Whose a socket is. */
export interface HubOfSocket {
  readonly hubId: string;
  /** Who the hub is; null while its USB 2 half, which names it, is not seen. */
  readonly identity: UsbIdentity | null;
}

export interface Topology {
  /** Root hubs first, each before the hubs behind it. */
  readonly hubs: readonly Hub[];
  readonly sockets: ReadonlyMap<string, Socket>;
  /** The socket each device is plugged into, by the kernel's name of the device. */
  readonly socketOf: ReadonlyMap<string, string>;
}

/** Hubs and sockets as on the desk, from the kernel's halves of them. */
export function buildTopology(devices: readonly SysfsDevice[]): Topology {
  const names = new SocketNames(devices);
  const halves = new Map<string, SocketHalf[]>();
  const hubHalves = new Map<string, [SysfsDevice, ...SysfsDevice[]]>();
  const socketOf = new Map<string, string>();
  for (const device of bySpeed(devices)) {
    const socketId = names.socketOf(device.name);
    if (socketId !== null) socketOf.set(device.name, socketId);
    if (!device.isHub) continue;
    const hubId = socketId ?? controllerOf(device);
    const half = hubHalves.get(hubId);
    if (half) half.push(device);
    else hubHalves.set(hubId, [device]);
    for (const port of device.ports) {
      const id = names.idOf(device, port);
      halves.set(id, [...(halves.get(id) ?? []), { hub: device, port }]);
    }
  }
  const sockets = new Map<string, Socket>();
  for (const [socketId, [first, ...more]] of halves) {
    if (!first) continue;
    sockets.set(socketId, {
      socketId,
      hubId: socketOf.get(first.hub.name) ?? controllerOf(first.hub),
      port: first.port.port,
      halves: [first, ...more],
      devices: devices.filter((device) => socketOf.get(device.name) === socketId),
    });
  }
  const hubs = [...hubHalves].map(([hubId, both]): Hub => {
    const root = !socketOf.has(both[0].name);
    return {
      hubId,
      root,
      portPath: root ? '' : hubId.slice(hubId.lastIndexOf(':') + 1),
      halves: both,
      sockets: [...sockets.values()]
        .filter((socket) => socket.hubId === hubId)
        .sort((a, b) => a.port - b.port),
    };
  });
  return { hubs: hubs.sort(byPlace), sockets, socketOf };
}

export function hubOfSocket({ hubId, halves }: Hub): HubOfSocket {
  // Both halves of a hub have numbers of their own, and one may be seen before the other.
  const half = halves.find((one) => !isSuperSpeed(one));
  if (!half) return { hubId, identity: null };
  const { vendorId, productId, serialNumber } = half;
  return { hubId, identity: { vendorId, productId, serialNumber } };
}

/** Names sockets by their USB 2 half: udev's name of what is in it, but for the few devices that are USB 3 alone. */
class SocketNames {
  readonly #devices: ReadonlyMap<string, SysfsDevice>;
  /** By the kernel's name of the port: `usb2-port1`. */
  readonly #ports = new Map<string, SocketHalf>();
  readonly #known = new Map<string, string>();

  constructor(devices: readonly SysfsDevice[]) {
    this.#devices = new Map(devices.map((device) => [device.name, device]));
    for (const hub of devices)
      for (const port of hub.ports) this.#ports.set(path.basename(port.folder), { hub, port });
  }

  /** Null for a root hub, which is in no socket. */
  socketOf(deviceName: string): string | null {
    const { hubName, port } = placeOf(deviceName);
    const hub = hubName === null ? undefined : this.#devices.get(hubName);
    const half = hub?.ports.find((one) => one.port === port);
    if (hub && half) return this.idOf(hub, half);
    const device = this.#devices.get(deviceName);
    // Its hub shows no ports (yet): named as it would be without a peer.
    return hubName === null || !device ? null : socketIdFrom(controllerOf(device), portPathOf(deviceName));
  }

  idOf(hub: SysfsDevice, port: SysfsHubPort): string {
    const name = path.basename(port.folder);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const id = this.#compute(hub, port);
    this.#known.set(name, id);
    return id;
  }

  #compute(hub: SysfsDevice, port: SysfsHubPort): string {
    const peer = isSuperSpeed(hub) && port.peer !== null ? this.#ports.get(port.peer) : undefined;
    if (peer && !isSuperSpeed(peer.hub)) return this.idOf(peer.hub, peer.port);
    const socketId = this.socketOf(hub.name);
    if (socketId !== null) return `${socketId}.${port.port}`;
    const controller = controllerOf(hub);
    const plain = socketIdFrom(controller, String(port.port));
    if (!isSuperSpeed(hub) || !this.#hasUsb2Port(controller, port.port)) return plain;
    // The kernel knows that the USB 2 port of this number is another socket.
    return plain.replace(/-usb-0:(?=\d+$)/, '-usbv3-0:');
  }

  #hasUsb2Port(controller: string, port: number): boolean {
    return [...this.#devices.values()].some(
      (hub) =>
        isRoot(hub) &&
        !isSuperSpeed(hub) &&
        controllerOf(hub) === controller &&
        hub.ports.some((one) => one.port === port),
    );
  }
}

/** From 5 Gbit/s on: the USB 3 half of a hub or socket, which the kernel keeps on a bus of its own. */
export function isSuperSpeed(hub: SysfsDevice): boolean {
  return (hub.speedMbps ?? 0) >= 5000;
}

function isRoot(device: SysfsDevice): boolean {
  return device.name.startsWith('usb');
}

/** Of any device: the controller its bus hangs on. */
function controllerOf(device: SysfsDevice): string {
  const parts = device.folder.split('/');
  const bus = parts.findIndex((part) => /^usb\d+$/.test(part));
  return controllerId(parts.slice(0, bus === -1 ? parts.length - 1 : bus).join('/'));
}

/** Where the kernel's name says a device is: `1-1.3` in port 3 of `1-1`, `1-1` in port 1 of `usb1`. */
function placeOf(deviceName: string): { hubName: string | null; port: number } {
  const parts = /^(\d+)-(?:(.*)\.)?(\d+)$/.exec(deviceName);
  if (!parts) return { hubName: null, port: 0 };
  const [, bus, above, port] = parts;
  return { hubName: above === undefined ? `usb${bus}` : `${bus}-${above}`, port: Number(port) };
}

function bySpeed(devices: readonly SysfsDevice[]): SysfsDevice[] {
  return [...devices].sort((a, b) => Number(isSuperSpeed(a)) - Number(isSuperSpeed(b)));
}

function byPlace(a: Hub, b: Hub): number {
  if (a.root !== b.root) return a.root ? -1 : 1;
  return a.hubId.localeCompare(b.hubId, 'en', { numeric: true });
}
