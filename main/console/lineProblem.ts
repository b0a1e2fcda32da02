import type { ConsoleState } from '../contract/index.ts';
import { LabError } from '../contract/labError.ts';

/** What went wrong with a line, for people. */
export function asLineProblem(error: unknown): LabError {
  if (error instanceof LabError) return error;
  if (error instanceof Error && error.name === 'TimeoutError')
    return new LabError('TIMEOUT', 'The port did not open in time', {
      hint: 'Unplug it and plug it in again.',
    });
  return new LabError(
    'INTERNAL',
    error instanceof Error ? error.message : String(error),
    {},
    { cause: error },
  );
}

/** What a console is while its line can't be opened for this reason. */
export function stateFor(problem: LabError): ConsoleState {
  switch (problem.code) {
    case 'DEVICE_GONE':
      return 'unplugged';
    case 'DEVICE_BUSY':
      return 'busy';
    case 'PERMISSION_DENIED':
      return 'denied';
    default:
      return 'failed';
  }
}
