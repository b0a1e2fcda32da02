import type { BoardsService } from '../boards/index.ts';
import type { BoardId, LedState } from '../contract/index.ts';
import type { PortsService } from '../ports/index.ts';
import type { Indicator, UsbService } from '../usb/index.ts';

const withinMs = 5_000;

/** What a hub port's light says (USB 2.0, 11.5.3): amber wants a look, green is well; `auto` is the hub's own. */
const indicatorOf: Readonly<Record<LedState, Indicator>> = {
  off: 'off',
  booting: 'amber',
  'master-image': 'green',
  'test-image': 'green',
  recovery: 'amber',
  failed: 'amber',
  'this-one': 'amber',
};

export interface BoardLightParts {
  readonly boards: Pick<BoardsService, 'find'>;
  readonly ports: Pick<PortsService, 'resolve'>;
  readonly usb: Pick<UsbService, 'tree' | 'setIndicator'>;
}

export interface BoardLight {
  /** Shows a state; null gives the light back to the hub. Rejects with LabError. */
  show(state: LedState | null): Promise<void>;
}

/**
 * The light at the hub port a board hangs on: the one that powers it, else that of its first console, else that of its
 * power cable. Null where there is none that can be set.
 */
export function boardLight(boardId: BoardId, { boards, ports, usb }: BoardLightParts): BoardLight | null {
  const board = boards.find(boardId);
  if (!board) return null;
  const lit = usb.tree().hubs.filter(({ indicators }) => indicators);
  if (lit.length === 0) return null;
  const { power, consoles } = board;
  const matches = [
    ...consoles.flatMap(({ match }) => match ?? []),
    ...(power?.kind === 'acm-cable' ? [power.match] : []),
  ];
  const sockets = [
    ...(power?.kind === 'usb-hub-port' ? [power.socket] : []),
    ...matches.flatMap((match) => ports.resolve(match)?.port?.socket ?? []),
  ];
  const socket = sockets.find((id) => lit.some((hub) => hub.sockets.some(({ socketId }) => socketId === id)));
  if (socket === undefined) return null;
  return {
    show: (state) =>
      usb.setIndicator(socket, state === null ? 'auto' : indicatorOf[state], AbortSignal.timeout(withinMs)),
  };
}
