import { LabError } from '../contract/labError.ts';
import { messageOf } from './errno.ts';

/** What is kept and shown of a failure. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What is kept of a failure, for people. */
export function problemOf(error: unknown): Problem {
  if (error instanceof LabError) return { code: error.code, message: error.message, hint: error.hint ?? '' };
  return { code: 'INTERNAL', message: messageOf(error), hint: 'This is a bug: the log of Labdeck has more.' };
}
