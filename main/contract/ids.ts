import { z } from 'zod';

/** A name fit for URLs, file names and speech: `beagle-2`. */
export const slug = z
  .string()
  .regex(/^[a-z0-9-]{1,63}$/, 'use 1 to 63 of a-z, 0-9 and -')
  .describe('1 to 63 characters of a-z, 0-9 and -');

/** A board's unique name, which is its id. */
export const boardId = slug.brand<'BoardId'>();
export type BoardId = z.infer<typeof boardId>;

/** Any string a caller may put where a board id belongs: what matches nothing is "not found", not "malformed". */
export const boardRef = z.string().max(256) as unknown as typeof boardId;

/** `<board>.<console>`: `beagle-2.main`. */
export const consoleId = z
  .string()
  .regex(/^[a-z0-9-]{1,63}\.[a-z0-9-]{1,63}$/)
  .brand<'ConsoleId'>();
export type ConsoleId = z.infer<typeof consoleId>;
export const consoleRef = z.string().max(256) as unknown as typeof consoleId;

export function toConsoleId(board: BoardId, name: string): ConsoleId {
  return `${board}.${name}` as ConsoleId;
}

/** A port's identity for this run: its by-path name, or its device node where udev gives none. */
export const portId = z.string().min(1).brand<'PortId'>();
export type PortId = z.infer<typeof portId>;

/** Milliseconds since the epoch, by the host's clock. */
export const timestampMs = z.number();
