import type { BoardId, UsbDevice, UsbHub, UsbSocket } from '../contract/index.ts';
import type { HubNames } from './hubNames.ts';
import { hubLabel, socketLabel } from './labels.ts';
import type { SysfsDevice } from './sysfsUsb.ts';
import type { Hub, Socket } from './topology.ts';
import { type UsbLook, usesOfDevice } from './usbLook.ts';

/** Boards with a port in a socket, or powered by it; by socket. */
export type BoardsBySocket = ReadonlyMap<string, readonly BoardId[]>;

/** A look as clients see it: every hub, root hubs first, each before the hubs behind it. */
export function viewHubs(look: UsbLook, names: HubNames, boards: BoardsBySocket): UsbHub[] {
  return look.topology.hubs.map((hub) => {
    const name = names.get(hub.hubId, hub.halves[0]);
    const ability = look.abilities.get(hub.hubId);
    const answer = look.methods.get(hub.hubId);
    const none = ability?.switching === 'none';
    const { vendorId, productId, serialNumber } = hub.halves[0];
    return {
      hubId: hub.hubId,
      name,
      label: hubLabel(hub, name),
      root: hub.root,
      vendorId,
      productId,
      serialNumber,
      switching: ability?.switching ?? 'unknown',
      method: none ? null : (answer?.method ?? null),
      switchingProblem: none ? cannotSwitch : problemOf(answer?.problem?.message, ability?.problem),
      indicators: ability?.indicators ?? false,
      sockets: hub.sockets.map((socket) => viewSocket(look, hub, socket, name, boards)),
    };
  });
}

export const cannotSwitch = 'It says that it cannot switch its ports';

/** Why it cannot be switched; or, where it can, why it could not be asked how. */
function problemOf(method: string | undefined, ability: string | null | undefined): string | null {
  if (method !== undefined) return method;
  return ability ? `How it switches is not known: ${ability}` : null;
}

function viewSocket(
  look: UsbLook,
  hub: Hub,
  socket: Socket,
  name: string | null,
  boardsBySocket: BoardsBySocket,
): UsbSocket {
  const boards = socketsBehind(look, socket.socketId).flatMap(
    (socketId) => boardsBySocket.get(socketId) ?? [],
  );
  return {
    socketId: socket.socketId,
    port: socket.port,
    label: labelSocket(look, hub, socket, name),
    powered: look.powered.get(socket.socketId) ?? null,
    devices: socket.devices.map((device) => viewDevice(look, device, socket.socketId)),
    boards: [...new Set(boards)].sort(),
  };
}

export function labelSocket(look: UsbLook, hub: Hub, socket: Socket, name: string | null): string {
  return socketLabel(hub, socket, {
    name,
    severalControllers: look.topology.hubs.filter((one) => one.root).length > 1,
  });
}

function viewDevice(look: UsbLook, device: SysfsDevice, socketId: string): UsbDevice {
  const { name, vendorId, productId, serialNumber, manufacturer, product, speedMbps, isHub } = device;
  return {
    name,
    vendorId,
    productId,
    serialNumber,
    manufacturer,
    product,
    speedMbps,
    hubId: isHub ? socketId : null,
    uses: usesOfDevice(look, device, look.machine).map(({ kind, what }) => ({ kind, what })),
  };
}

/** The socket itself, and those of the hubs behind it. */
export function socketsBehind(look: UsbLook, socketId: string): string[] {
  const hub = look.topology.hubs.find((one) => one.hubId === socketId);
  return [socketId, ...(hub?.sockets ?? []).flatMap((socket) => socketsBehind(look, socket.socketId))];
}
