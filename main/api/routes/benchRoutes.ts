import type { Disposable } from '../../base/disposable.ts';
import type { PowerChange } from '../../contract/index.ts';
import type { Services } from '../context.ts';
import { eventStream, latestStream } from '../eventStream.ts';
import { lab } from '../implementer.ts';
import { portsView } from '../portsView.ts';

/** What stands on the bench: ports, boards, their power and LEDs. */
export function benchRoutes({ ports, boards, power, consoles }: Services) {
  return {
    ports: lab.ports.router({
      list: lab.ports.list.handler(() => portsView(ports, boards)),
      changes: lab.ports.changes.handler(({ signal }) =>
        latestStream(
          () => ({ revision: ports.revision + boards.revision, ports: portsView(ports, boards) }),
          (changed) => both(ports.onDidChange(changed), boards.onDidChange(changed)),
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
    power: lab.power.router({
      read: lab.power.read.handler(({ input }) => power.read(input.boardId)),
      set: lab.power.set.handler(({ input: { boardId, state, takeOver }, context }) => {
        const board = boards.get(boardId).boardId;
        consoles.claimPower(board, context.caller, takeOver);
        return power.set(board, state);
      }),
      cycle: lab.power.cycle.handler(({ input: { boardId, offMs, takeOver }, context }) => {
        const board = boards.get(boardId).boardId;
        consoles.claimPower(board, context.caller, takeOver);
        return power.cycle(board, offMs);
      }),
      changes: lab.power.changes.handler(({ signal }) =>
        eventStream<PowerChange>(
          () => ({ type: 'snapshot', revision: power.revision, readings: power.readings() }),
          (push) =>
            both(
              power.onDidChange((reading) => push({ type: 'reading', revision: power.revision, reading })),
              // A board that came or went has no reading of its own to send: begin anew.
              boards.onDidChange((event) => {
                if (event.type !== 'updated' || event.before.boardId !== event.board.boardId)
                  push({ type: 'snapshot', revision: power.revision, readings: power.readings() });
              }),
            ),
          signal,
        ),
      ),
    }),
    leds: lab.leds.router({
      set: lab.leds.set.handler(({ input }) =>
        power.setLed(boards.get(input.boardId).boardId, input.led, input.on),
      ),
    }),
  };
}

function both(a: Disposable, b: Disposable): Disposable {
  return {
    dispose() {
      a.dispose();
      b.dispose();
    },
  };
}
