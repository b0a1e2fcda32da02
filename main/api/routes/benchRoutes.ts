import { both } from '../both.ts';
import type { Services } from '../context.ts';
import { latestStream } from '../eventStream.ts';
import { lab } from '../implementer.ts';
import { portsView } from '../portsView.ts';

/** What stands on the bench: ports and boards. */
export function benchRoutes({ ports, usb, boards, consoles }: Services) {
  return {
    ports: lab.ports.router({
      list: lab.ports.list.handler(() => portsView(ports, boards)),
      changes: lab.ports.changes.handler(({ signal }) =>
        latestStream(
          () => ({
            revision: ports.revision + boards.revision + usb.revision,
            ports: portsView(ports, boards),
          }),
          // Hubs give the sockets their names.
          (changed) =>
            both(ports.onDidChange(changed), both(boards.onDidChange(changed), usb.onDidChange(changed))),
          signal,
        ),
      ),
    }),
    boards: lab.boards.router({
      list: lab.boards.list.handler(() => boards.list()),
      get: lab.boards.get.handler(({ input }) => boards.get(input.boardId)),
      add: lab.boards.add.handler(async ({ input }) => {
        const added = await boards.add(input);
        await consoles.settled();
        return added;
      }),
      update: lab.boards.update.handler(async ({ input: { boardId, ...patch } }) => {
        const updated = await boards.update(boardId, patch);
        await consoles.settled();
        return updated;
      }),
      remove: lab.boards.remove.handler(({ input }) => boards.remove(input.boardId)),
      changes: lab.boards.changes.handler(({ signal }) =>
        latestStream(
          () => ({ revision: boards.revision, boards: boards.list() }),
          (changed) => boards.onDidChange(changed),
          signal,
        ),
      ),
    }),
  };
}
