import type { Caller } from '../../console/index.ts';
import { type BoardId, fail, type PowerChange } from '../../contract/index.ts';
import { both } from '../both.ts';
import type { Services } from '../context.ts';
import { eventStream } from '../eventStream.ts';
import { lab } from '../implementer.ts';

/** Power and LEDs of the boards. */
export function powerRoutes({ boards, power, consoles, leds, findBoard }: Services) {
  /** Who loses power must not be somebody else's: all of them are asked before one is touched. */
  const claim = (cut: readonly BoardId[], caller: Caller, takeOver: boolean) => {
    for (const boardId of cut)
      if (power.isTesting(boardId))
        // It would wait for minutes, and move power when nobody expects it any more.
        fail(
          'CONFLICT',
          `${boardId} is being tested`,
          'Wait for its power-truth test, or cancel it: power is then as it was.',
        );
    for (const boardId of cut) consoles.claimPower(boardId, caller, takeOver);
  };
  return {
    power: lab.power.router({
      read: lab.power.read.handler(({ input }) => power.read(input.boardId)),
      set: lab.power.set.handler(({ input: { boardId, state, takeOver, force }, context }) => {
        const board = boards.get(boardId).boardId;
        const alsoOff = state === 'off' ? power.guardOff(board, force) : [];
        claim([board, ...alsoOff], context.caller, takeOver);
        return power.set(board, state, { force, by: context.caller.who });
      }),
      cycle: lab.power.cycle.handler(({ input: { boardId, offMs, takeOver, force }, context }) => {
        const board = boards.get(boardId).boardId;
        claim([board, ...power.guardOff(board, force)], context.caller, takeOver);
        return power.cycle(board, offMs, { force, by: context.caller.who });
      }),
      setMany: lab.power.setMany.handler(({ input, context: { caller } }) => {
        const { boardIds, state, staggerMs, takeOver, force } = input;
        return power.setMany({
          boardIds,
          state,
          staggerMs,
          force,
          by: caller.who,
          claim: (cut) => claim(cut, caller, takeOver),
        });
      }),
      test: lab.power.test.handler(({ input: { boardId, offMs, bootMs, takeOver, force }, context }) => {
        const board = boards.get(boardId).boardId;
        claim([board, ...power.guardOff(board, force)], context.caller, takeOver);
        return power.test(board, { offMs, bootMs, force });
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
      set: lab.leds.set.handler(({ input }) =>
        power.setLed(boards.get(input.boardId).boardId, input.led, input.on),
      ),
      say: lab.leds.say.handler(({ input: { boardId, state } }) =>
        leds.say(boards.get(boardId).boardId, state),
      ),
      find: lab.leds.find.handler(({ input: { boardId, forMs } }) => findBoard.find(boardId, forMs)),
    }),
  };
}
