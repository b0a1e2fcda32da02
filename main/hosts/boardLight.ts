import type { BoardsService } from '../boards/index.ts';
import type { BoardId } from '../contract/index.ts';
import type { PortsService } from '../ports/index.ts';
import type { UsbService } from '../usb/index.ts';

const withinMs = 5_000;

interface Parts {
  readonly boards: Pick<BoardsService, 'find'>;
  readonly ports: Pick<PortsService, 'resolve'>;
  readonly usb: Pick<UsbService, 'tree' | 'setIndicator'>;
}

/**
 * The light at the hub port a board hangs on: the one that powers it, else that of its first console, else that of its
 * power cable. Null where there is none.
 */
export function boardLight(
  boardId: BoardId,
  { boards, ports, usb }: Parts,
): { light(on: boolean): Promise<void> } | null {
  const board = boards.find(boardId);
  if (!board) return null;
  const { power, consoles } = board;
  const matches = [
    ...consoles.flatMap(({ match }) => match ?? []),
    ...(power?.kind === 'acm-cable' ? [power.match] : []),
  ];
  const sockets = [
    ...(power?.kind === 'usb-hub-port' ? [power.socket] : []),
    ...matches.flatMap((match) => ports.resolve(match)?.port?.socket ?? []),
  ];
  const lit = usb.tree().hubs.filter(({ indicators }) => indicators);
  const socket = sockets.find((id) => lit.some((hub) => hub.sockets.some(({ socketId }) => socketId === id)));
  if (socket === undefined) return null;
  return {
    light: (on) => usb.setIndicator(socket, on ? 'amber' : 'auto', AbortSignal.timeout(withinMs)),
  };
}
