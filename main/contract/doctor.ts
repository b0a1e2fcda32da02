import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { timestampMs } from './ids.ts';
import { task } from './tasks.ts';

const { NOT_FOUND, CONFLICT, UNSUPPORTED } = labErrors;

/** `unknown`: it could not be found out, and `what` says why. */
export const findingSeverity = z.enum(['ok', 'info', 'warning', 'error', 'unknown']);
export type FindingSeverity = z.infer<typeof findingSeverity>;

/** One thing that would help, done only when the user says so. */
export const doctorFix = z.object({
  fixId: z.string(),
  /** `Install the udev rules`. */
  title: z.string(),
  /** Exactly what runs, as one could type it. */
  command: z.string(),
  /** Asks for the administrator's password (pkexec, or sudo where there is a terminal). */
  needsRoot: z.boolean(),
  /** Labdeck can run it; false: it is for the user to type, and `whyNot` says why. */
  runnable: z.boolean(),
  whyNot: z.string().nullable(),
  /** What undoes it, as one could type it. */
  undo: z.string().nullable(),
  /** What must happen for it to take effect: `Log out and in again.` */
  afterwards: z.string().nullable(),
});
export type DoctorFix = z.infer<typeof doctorFix>;

export const finding = z.object({
  /** The check's name, and what it looked at where it looks at several: `port-access:/dev/ttyACM0`. */
  findingId: z.string(),
  group: z.enum(['ports', 'power', 'programs', 'instances', 'machine']),
  severity: findingSeverity,
  /** `Power cable port may not be opened`. */
  title: z.string(),
  /** What was found: `/dev/ttyACM0 belongs to group dialout, and you are not in it.` */
  what: z.string(),
  /** Why it matters: `Labdeck can neither read consoles nor switch this cable.` */
  why: z.string(),
  fix: doctorFix.nullable(),
});
export type Finding = z.infer<typeof finding>;

export const doctorReport = z.object({
  revision: z.int(),
  /** When it was looked; null: never yet. */
  atMs: timestampMs.nullable(),
  running: z.boolean(),
  /** Worst first. */
  findings: z.array(finding),
});
export type DoctorReport = z.infer<typeof doctorReport>;

export const doctorContract = {
  report: oc
    .route({ method: 'GET', path: '/doctor', summary: 'What the doctor found last' })
    .output(doctorReport),
  run: oc
    .route({ method: 'POST', path: '/doctor/run', summary: 'Look at everything now' })
    .output(doctorReport),
  /** The fix runs as a task; its last step looks again and fails when the finding stands. */
  fix: oc
    .route({
      method: 'POST',
      path: '/doctor/fixes/{fixId}',
      successStatus: 202,
      summary: 'Carry out one fix, exactly the command the finding shows',
    })
    .errors({ NOT_FOUND, CONFLICT, UNSUPPORTED })
    .input(
      z.strictObject({
        fixId: z.string().max(256),
        command: z
          .string()
          .max(10_000)
          .describe('the command consented to; refused when it is not the same now'),
      }),
    )
    .output(task),
  changes: oc
    .route({ method: 'GET', path: '/events/doctor', summary: 'The report, now and at each change (events)' })
    .output(eventIterator(doctorReport)),
};
