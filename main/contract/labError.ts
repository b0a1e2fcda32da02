/**
 * The one error people see. Every code is part of the contract: clients branch on it, never on text.
 * Its value is the HTTP status the REST transport answers with.
 */
export const labErrorStatus = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  NAME_TAKEN: 409,
  CONFLICT: 409,
  /** The board is commanded off: nothing would read what you send. */
  POWERED_OFF: 409,
  /** The device left while it was needed, or is not there. */
  DEVICE_GONE: 409,
  /** Another program holds the device. */
  DEVICE_BUSY: 409,
  /** The operating system refuses this user the device. */
  PERMISSION_DENIED: 409,
  LEASED: 423,
  UNSUPPORTED: 422,
  TOO_LARGE: 413,
  DISK_FULL: 507,
  /** A file is not what it was when it was written. */
  DAMAGED: 422,
  /** Labdeck was stopped in the middle of it; what it had begun was undone. */
  INTERRUPTED: 409,
  /** A program Labdeck relies on is not installed. */
  MISSING_DEPENDENCY: 503,
  COMMAND_FAILED: 502,
  TIMEOUT: 504,
  INTERNAL: 500,
} as const;

export type LabErrorCode = keyof typeof labErrorStatus;

/** What crosses the contract beside code and message. */
export interface LabErrorData {
  /** What to do next, in one sentence. */
  readonly hint?: string;
  /** The input field at fault, dotted: `consoles.0.baudRate`. */
  readonly field?: string;
  /** Facts for scripts: pid, command, argv, exit code ... */
  readonly details?: Readonly<Record<string, unknown>>;
}

export class LabError extends Error {
  readonly code: LabErrorCode;
  readonly data: LabErrorData;

  constructor(code: LabErrorCode, message: string, data: LabErrorData = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LabError';
    this.code = code;
    this.data = data;
  }

  get hint(): string | undefined {
    return this.data.hint;
  }
}

/** Throws a LabError; an expression, so that it fits behind `??`. */
export function fail(code: LabErrorCode, message: string, hint?: string, data: LabErrorData = {}): never {
  throw new LabError(code, message, hint === undefined ? data : { ...data, hint });
}
