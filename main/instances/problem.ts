import { messageOf } from '../base/errno.ts';
import { LabError } from '../contract/index.ts';

/** What is kept of a failure, for people. */
export function problemOf(error: unknown): { code: string; message: string; hint: string } {
  if (error instanceof LabError) return { code: error.code, message: error.message, hint: error.hint ?? '' };
  return { code: 'INTERNAL', message: messageOf(error), hint: 'This is a bug: the log of Labdeck has more.' };
}
