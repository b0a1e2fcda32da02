import type { Services } from '../context.ts';
import { latestStream } from '../eventStream.ts';
import { lab } from '../implementer.ts';

/** Checks of this machine, and their fixes. */
export function doctorRoutes({ doctor }: Pick<Services, 'doctor'>) {
  return {
    doctor: lab.doctor.router({
      report: lab.doctor.report.handler(() => doctor.report()),
      run: lab.doctor.run.handler(() => doctor.run()),
      fix: lab.doctor.fix.handler(({ input }) => doctor.fix(input.fixId, input.command)),
      changes: lab.doctor.changes.handler(({ signal }) =>
        latestStream(
          () => doctor.report(),
          (changed) => doctor.onDidChange(changed),
          signal,
        ),
      ),
    }),
  };
}
