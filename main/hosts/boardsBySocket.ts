import type { BoardsService } from '../boards/index.ts';
import type { BoardId } from '../contract/index.ts';
import type { PortsService } from '../ports/index.ts';

/** Which boards have a port or their own device in a USB socket, or get their power from it; by socket. */
export function boardsBySocket(
  boards: Pick<BoardsService, 'list' | 'claims'>,
  ports: Pick<PortsService, 'resolve'>,
): Map<string, BoardId[]> {
  const found = new Map<string, BoardId[]>();
  const add = (socketId: string, boardId: BoardId) => {
    const there = found.get(socketId) ?? [];
    if (!there.includes(boardId)) found.set(socketId, [...there, boardId]);
  };
  for (const { boardId, match } of boards.claims()) {
    const socket = ports.resolve(match)?.port?.socket;
    if (socket) add(socket, boardId);
  }
  for (const { boardId, power, usbSocket } of boards.list()) {
    if (power?.kind === 'usb-hub-port') add(power.socket, boardId);
    if (usbSocket !== null) add(usbSocket, boardId);
  }
  return found;
}
