import type { Services } from '../context.ts';
import { lab } from '../implementer.ts';

/** What boards took. */
export function energyRoutes({ energy }: Services) {
  return {
    energy: lab.energy.router({
      report: lab.energy.report.handler(({ input: { boardId, ...question } }) =>
        energy.report(boardId, question),
      ),
    }),
  };
}
