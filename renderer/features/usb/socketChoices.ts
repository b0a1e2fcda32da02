import type { Port, UsbTree } from '../../../main/contract/index.ts';
import { findSocket, type HubGroup, socketLabel } from '../power/binding/hubChoices.ts';
import { inTreeOrder } from './usbWords.ts';

/** Every socket one can point at, under its hub and as the hubs hang on each other. */
export function socketChoices(tree: UsbTree, boardId: string | undefined): HubGroup[] {
  return inTreeOrder(tree)
    .filter(({ hub }) => hub.sockets.length > 0)
    .map(({ hub }) => ({
      group: hub.label,
      items: hub.sockets.map((socket) => ({
        value: socket.socketId,
        label: socketLabel(socket, boardId),
      })),
    }));
}

/** What to know of a socket that is to witness a board's power, in a sentence; null: nothing speaks against it. */
export function socketCaution(
  tree: UsbTree,
  ports: readonly Port[],
  socketId: string,
  boardId: string | undefined,
): string | null {
  const found = findSocket(tree, socketId);
  if (found === null) return 'This port is not there now.';
  if (found.socket.devices.some(({ hubId }) => hubId !== null))
    return 'A hub is plugged in there: choose a port of that hub.';
  const own = ports.find(
    ({ socket, boundTo }) => socket === socketId && boardId !== undefined && boundTo?.boardId === boardId,
  );
  return own === undefined || own.boundTo === null
    ? null
    : `Its ${own.boundTo.role === 'power' ? 'power cable' : own.boundTo.role} is plugged in there, which this computer feeds: that tells nothing of the board’s power.`;
}
