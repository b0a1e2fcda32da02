import { ORPCError } from '@orpc/client';
import type { LabErrorCode, LabErrorData } from '../../../main/contract/labError.ts';

/** A failed call, as the window shows it. `DISCONNECTED` is ours: the core went away before it answered. */
export interface LabProblem {
  readonly code: LabErrorCode | 'DISCONNECTED';
  readonly message: string;
  readonly hint: string | null;
  /** The input field at fault, dotted; null where no field is. */
  readonly field: string | null;
}

export const disconnected: LabProblem = {
  code: 'DISCONNECTED',
  message: 'Labdeck’s core did not answer',
  hint: 'It reconnects by itself; then try again.',
  field: null,
};

/** Thrown by calls made while no core is there to take them. */
export class DisconnectedError extends Error {
  constructor() {
    super(disconnected.message);
    this.name = 'DisconnectedError';
  }
}

/** The browser has no session: only an access token opens one. */
export class UnauthorizedError extends Error {
  constructor() {
    super('no session');
    this.name = 'UnauthorizedError';
  }
}

export function toProblem(error: unknown): LabProblem {
  // A link that closes under a call rejects it with an AbortError of oRPC's own: not an ORPCError.
  if (!(error instanceof ORPCError)) return disconnected;
  const data: LabErrorData = typeof error.data === 'object' && error.data !== null ? error.data : {};
  return {
    code: error.code as LabErrorCode,
    message: error.message,
    hint: data.hint ?? null,
    field: data.field ?? null,
  };
}

/** Facts beside the message of a failed call, such as who would be hurt by it; `{}` where there are none. */
export function problemDetails(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof ORPCError)) return {};
  const data: LabErrorData = typeof error.data === 'object' && error.data !== null ? error.data : {};
  return data.details ?? {};
}
