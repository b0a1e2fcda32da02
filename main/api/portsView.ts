import type { BoardsService } from '../boards/index.ts';
import type { Port } from '../contract/index.ts';
import type { PortsService } from '../ports/index.ts';

/** Ports as clients see them: what is there, what its socket is called, and which board claims it. */
export function portsView(ports: PortsService, boards: BoardsService): Port[] {
  const owners = new Map(
    boards.claims().flatMap(({ match, boardId, role }) => {
      const portId = ports.portOf(match)?.portId;
      return portId === undefined ? [] : [[portId, { boardId, role }] as const];
    }),
  );
  return ports.list().map((port) => ({
    ...port,
    plugged: port.socket === null ? null : ports.labelOf(port.socket),
    boundTo: owners.get(port.portId) ?? null,
  }));
}
