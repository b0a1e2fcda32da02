import { note } from './progress.mjs';
import { RunnerError } from './runnerError.mjs';

/**
 * The end of a run that went wrong: message and hint for what a person can mend, the stack for a bug of ours.
 * @param {unknown} error
 * @returns {never}
 */
export function reportAndExit(error) {
  if (error instanceof RunnerError) {
    note(error.message);
    if (error.hint) note(error.hint);
  } else {
    note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  process.exit(1);
}
