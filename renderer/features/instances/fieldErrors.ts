import '../../lib/zodWithoutEval.ts';
import type { z } from 'zod';
import { instanceName } from '../../../main/contract/instances.ts';
import type { FieldErrors } from '../boards/boardForm.ts';

/** What is wrong with a request, by dotted field; the first complaint about each. Empty: nothing. */
export function fieldErrors(schema: z.ZodType, input: unknown): FieldErrors {
  const result = schema.safeParse(input);
  if (result.success) return {};
  const all = result.error.issues.map((issue) => [issue.path.join('.'), issue.message] as const);
  return Object.fromEntries(all.reverse());
}

export function hasErrors(errors: FieldErrors): boolean {
  return Object.keys(errors).length > 0;
}

/** The errors of fields whose name begins with one of these. */
export function errorsUnder(errors: FieldErrors, fields: readonly string[]): FieldErrors {
  const within = (path: string) => fields.some((field) => path === field || path.startsWith(`${field}.`));
  return Object.fromEntries(Object.entries(errors).filter(([path]) => within(path)));
}

/** What is wrong with the name of a new instance. */
export function nameErrors(field: string, name: string, taken: readonly string[]): FieldErrors {
  if (taken.includes(name.trim())) return { [field]: 'another instance has this name' };
  const message = fieldErrors(instanceName, name.trim())[''];
  return message === undefined ? {} : { [field]: message };
}
