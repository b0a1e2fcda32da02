import type { Services } from '../context.ts';
import { translateStream } from '../errors.ts';
import { latestStream } from '../eventStream.ts';
import { lab } from '../implementer.ts';

/** A board learned by pulling its cables. */
export function teachRoutes({ teach, consoles }: Pick<Services, 'teach' | 'consoles'>) {
  return {
    teach: lab.teach.router({
      start: lab.teach.start.handler(() => teach.start()),
      get: lab.teach.get.handler(({ input }) => teach.get(input.teachId)),
      watch: lab.teach.watch.handler(({ input }) => teach.watch(input.teachId, input.role)),
      choose: lab.teach.choose.handler(({ input }) => teach.choose(input.teachId, input.index)),
      skip: lab.teach.skip.handler(({ input }) => teach.skip(input.teachId)),
      forget: lab.teach.forget.handler(({ input }) => teach.forget(input.teachId, input.index)),
      finish: lab.teach.finish.handler(async ({ input: { teachId, ...finish } }) => {
        const board = await teach.finish(teachId, finish);
        await consoles.settled();
        return board;
      }),
      cancel: lab.teach.cancel.handler(({ input }) => teach.cancel(input.teachId)),
      changes: lab.teach.changes.handler(({ input, signal }) => {
        teach.get(input.teachId);
        // Ends with NOT_FOUND, as the session does.
        return translateStream(
          latestStream(
            () => teach.get(input.teachId),
            (changed) =>
              teach.onDidChange((teachId) => {
                if (teachId === input.teachId) changed();
              }),
            signal,
          ),
        );
      }),
    }),
  };
}
