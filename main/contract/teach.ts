import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { board, newBoard } from './boards.ts';
import { labErrors } from './errors.ts';
import { boardRef, slug, timestampMs } from './ids.ts';
import { portLooks, portMatch } from './ports.ts';
import { powerBinding } from './powerBindings.ts';
import { socketId } from './usb.ts';

const { NOT_FOUND, NAME_TAKEN, BAD_REQUEST, CONFLICT } = labErrors;

/**
 * What is taught by pulling a cable. `console`: a serial line (again for a second one); `cable`: the ACM power cable;
 * `socket`: the hub socket the board itself is plugged into: its power, or beside a cable a witness of it.
 */
export const teachRole = z.enum(['console', 'cable', 'socket']);
export type TeachRole = z.infer<typeof teachRole>;

/** Something that came or went while Labdeck watched. */
export const teachSight = z.object({
  atMs: timestampMs,
  what: z.enum(['gone', 'back', 'moved']),
  /** `FTDI FT232R (A5069RR4) at desk hub, port 3`. */
  text: z.string(),
});
export type TeachSight = z.infer<typeof teachSight>;

/** One port or socket that could be what was pulled. */
export const teachFound = z.object({
  role: teachRole,
  /** For console and cable. */
  match: portMatch.nullable(),
  /** For socket. */
  socket: socketId.nullable(),
  text: z.string(),
  looksLike: portLooks.nullable(),
  /** Whose it is already, if anybody's: `beagle: console main`. */
  takenBy: z.string().nullable(),
  /** Said where it matters: two adapters with this serial number, no serial number. */
  caution: z.string().nullable(),
});
export type TeachFound = z.infer<typeof teachFound>;

export const teachSession = z.object({
  teachId: z.string(),
  /**
   * `ready`: choose what to teach next, or finish; `pull`: waits for something to be unplugged; `plug`: waits for it to
   * come back; `choose`: several things went at once, say which (`choose`).
   */
  step: z.enum(['ready', 'pull', 'plug', 'choose']),
  role: teachRole.nullable(),
  /** What to do now, in one sentence. */
  ask: z.string(),
  /** All that was seen, oldest first. */
  sights: z.array(teachSight),
  /** In `choose`: what it may have been. */
  candidates: z.array(teachFound),
  /** What is learned so far. */
  found: z.array(teachFound),
  /** A name not yet taken. */
  proposedName: slug,
  startedAtMs: timestampMs,
});
export type TeachSession = z.infer<typeof teachSession>;

const teachRef = z.strictObject({ teachId: z.string().max(64) });

export const teachContract = {
  start: oc
    .route({
      method: 'POST',
      path: '/teach',
      successStatus: 201,
      summary: 'Begin to learn a board by pulling its cables; nothing is bound before `finish`',
    })
    .output(teachSession),
  get: oc
    .route({ method: 'GET', path: '/teach/{teachId}', summary: 'How far it is, and what was seen' })
    .errors({ NOT_FOUND })
    .input(teachRef)
    .output(teachSession),
  watch: oc
    .route({
      method: 'POST',
      path: '/teach/{teachId}/watch',
      summary: 'Watch for one cable to be pulled and plugged in again',
    })
    .errors({ NOT_FOUND, CONFLICT })
    .input(teachRef.extend({ role: teachRole }))
    .output(teachSession),
  choose: oc
    .route({ method: 'POST', path: '/teach/{teachId}/choose', summary: 'Say which of several it was' })
    .errors({ NOT_FOUND, BAD_REQUEST, CONFLICT })
    .input(teachRef.extend({ index: z.int().min(0) }))
    .output(teachSession),
  /** Stops watching; what was learned so far stays. */
  skip: oc
    .route({ method: 'POST', path: '/teach/{teachId}/skip', summary: 'Leave this one out' })
    .errors({ NOT_FOUND })
    .input(teachRef)
    .output(teachSession),
  forget: oc
    .route({ method: 'POST', path: '/teach/{teachId}/forget', summary: 'Unlearn one of what was found' })
    .errors({ NOT_FOUND, BAD_REQUEST })
    .input(teachRef.extend({ index: z.int().min(0) }))
    .output(teachSession),
  finish: oc
    .route({
      method: 'POST',
      path: '/teach/{teachId}/finish',
      summary: 'Bind what was found into one board: a new one, or one that exists',
    })
    .errors({ NOT_FOUND, NAME_TAKEN, BAD_REQUEST, CONFLICT })
    .input(
      teachRef.extend({
        name: newBoard.shape.name.optional().describe('of the new board'),
        boardId: boardRef.optional().describe('bind into this one instead'),
        displayName: z.string().max(100).optional(),
        baudRate: z.int().min(50).max(12_000_000).default(115_200),
        /** Where both a cable and a socket were found: which of them switches the board. */
        power: powerBinding.nullable().optional(),
        usbSocket: socketId
          .nullable()
          .optional()
          .describe('the socket that was found by default; null: none'),
      }),
    )
    .output(board),
  cancel: oc
    .route({ method: 'DELETE', path: '/teach/{teachId}', successStatus: 204, summary: 'Forget it all' })
    .input(teachRef)
    .output(z.void()),
  changes: oc
    .route({ method: 'GET', path: '/events/teach/{teachId}', summary: 'Now and at each step (events)' })
    .errors({ NOT_FOUND })
    .input(teachRef)
    .output(eventIterator(teachSession)),
};
