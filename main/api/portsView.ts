import type { BoardsService } from '../boards/index.ts';
import type { Port } from '../contract/index.ts';
import type { PortsService } from '../ports/index.ts';

/** Ports as clients see them: what is there, and which board claims it. */
export function portsView(ports: PortsService, boards: BoardsService): Port[] {
  return ports.list().map((port) => ({ ...port, boundTo: boards.bindingOf(port) }));
}
