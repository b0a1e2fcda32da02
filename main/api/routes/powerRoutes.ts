import type { Caller } from '../../console/index.ts';
import type { BoardId, PowerChange, SwitchState } from '../../contract/index.ts';
import { both } from '../both.ts';
import type { Services } from '../context.ts';
import { eventStream } from '../eventStream.ts';
import { lab } from '../implementer.ts';

/** Power and LEDs of the boards. */
export function powerRoutes({ boards, power, consoles, leds, findBoard }: Services) {
  /** Whose power moves must not be somebody else's: all of them are asked before one is touched, and at its turn again. */
  const ask = (
    boardId: BoardId,
    what: SwitchState | 'cycle',
    { takeOver, force }: { takeOver: boolean; force: boolean },
    caller: Caller,
  ) => {
    const claim = claimFor(caller, takeOver);
    const touched = [boardId, ...power.guard(boardId, what, { force })];
    power.refuseTested(touched);
    claim(touched);
    return { force, by: caller.who, claim };
  };
  const claimFor = (caller: Caller, takeOver: boolean) => (boardIds: readonly BoardId[]) => {
    for (const boardId of boardIds) consoles.claimPower(boardId, caller, takeOver);
  };
  return {
    power: lab.power.router({
      read: lab.power.read.handler(({ input }) => power.read(input.boardId)),
      set: lab.power.set.handler(({ input: { boardId, state, ...wish }, context }) => {
        const board = boards.get(boardId).boardId;
        return power.set(board, state, ask(board, state, wish, context.caller));
      }),
      cycle: lab.power.cycle.handler(({ input: { boardId, offMs, ...wish }, context }) => {
        const board = boards.get(boardId).boardId;
        return power.cycle(board, offMs, ask(board, 'cycle', wish, context.caller));
      }),
      setMany: lab.power.setMany.handler(({ input, context: { caller } }) => {
        const { boardIds, state, staggerMs, takeOver, force } = input;
        const claim = claimFor(caller, takeOver);
        return power.setMany({ boardIds, state, staggerMs, force, by: caller.who, claim });
      }),
      test: lab.power.test.handler(({ input: { boardId, offMs, bootMs, ...wish }, context }) => {
        const board = boards.get(boardId).boardId;
        const { force, claim } = ask(board, 'cycle', wish, context.caller);
        return power.test(board, { offMs, bootMs, force, claim });
      }),
      forgetVerdict: lab.power.forgetVerdict.handler(({ input }) =>
        power.forgetVerdict(boards.get(input.boardId).boardId),
      ),
      setSecret: lab.power.setSecret.handler(({ input: { boardId, secret } }) =>
        power.setSecret(boards.get(boardId).boardId, secret),
      ),
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
      set: lab.leds.set.handler(({ input: { led, on, ...input } }) => {
        const { boardId } = boards.get(input.boardId);
        power.refuseTested([boardId]);
        return power.setLed(boardId, led, on);
      }),
      say: lab.leds.say.handler(({ input: { state, ...input } }) => {
        const { boardId } = boards.get(input.boardId);
        // A hub's port light waits for no test.
        if (power.read(boardId).outlet?.leds) power.refuseTested([boardId]);
        return leds.say(boardId, state);
      }),
      find: lab.leds.find.handler(({ input: { boardId, forMs } }) => findBoard.find(boardId, forMs)),
    }),
  };
}
