import { z } from 'zod';
import { type LabErrorCode, labErrorStatus } from './labError.ts';

const data = z
  .object({
    hint: z.string().optional(),
    field: z.string().optional(),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .optional();

type ErrorMap = { [C in LabErrorCode]: { status: number; data: typeof data } };

/** The closed set of errors any procedure may answer with, typed on both sides of the contract. */
export const labErrors = Object.fromEntries(
  Object.entries(labErrorStatus).map(([code, status]) => [code, { status, data }]),
) as ErrorMap;

const { NOT_FOUND, BAD_REQUEST, POWERED_OFF, DEVICE_GONE, DEVICE_BUSY, PERMISSION_DENIED, LEASED, TIMEOUT } =
  labErrors;

/** What any way to write to a console may answer with. */
export const writingErrors = {
  NOT_FOUND,
  BAD_REQUEST,
  POWERED_OFF,
  DEVICE_GONE,
  DEVICE_BUSY,
  PERMISSION_DENIED,
  LEASED,
  TIMEOUT,
};

const { MISSING_DEPENDENCY, COMMAND_FAILED, DISK_FULL } = labErrors;

/** What anything that needs the container engine may answer with. */
export const engineErrors = { MISSING_DEPENDENCY, PERMISSION_DENIED, TIMEOUT, COMMAND_FAILED, DISK_FULL };

/** What long work answers at once with: the task that does it. */
export const begun = z.object({ taskId: z.string() });
