import type { Services } from '../context.ts';
import { latestStream } from '../eventStream.ts';
import { lab } from '../implementer.ts';

/** USB hubs and their sockets, with the boards in them. */
export function usbRoutes({ usb, boards, ports }: Pick<Services, 'usb' | 'boards' | 'ports'>) {
  const tree = () => ({ ...usb.tree(), revision: usb.revision + boards.revision + ports.revision });
  return {
    usb: lab.usb.router({
      tree: lab.usb.tree.handler(tree),
      nameHub: lab.usb.nameHub.handler(async ({ input }) => {
        await usb.nameHub(input.hubId, input.name);
        return tree();
      }),
      changes: lab.usb.changes.handler(({ signal }) =>
        latestStream(
          tree,
          (changed) => {
            const heard = [usb, boards, ports].map((source) => source.onDidChange(() => changed()));
            return {
              dispose() {
                for (const one of heard) one.dispose();
              },
            };
          },
          signal,
        ),
      ),
    }),
  };
}
