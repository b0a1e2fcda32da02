import '../../lib/zodWithoutEval.ts';
import type { NewInstance, NewInstanceInput } from '../../../main/contract/index.ts';
import { newInstance } from '../../../main/contract/instances.ts';
import { fieldErrors } from './fieldErrors.ts';

/** An answers file is read by people and by scripts: it is the body of POST /instances, without a password. */
export function formatAnswers(answers: NewInstanceInput): string {
  const admin = answers.admin === undefined ? {} : { admin: { ...answers.admin, password: null } };
  return `${JSON.stringify({ ...answers, ...admin }, null, 2)}\n`;
}

export type ReadAnswers =
  | { readonly ok: true; readonly answers: NewInstance }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** Never throws: what is wrong with the file is said instead. */
export function readAnswers(text: string): ReadAnswers {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {
      ok: false,
      message: 'This file holds no answers',
      hint: 'An answers file is JSON: save one here to see how it looks.',
    };
  }
  const read = newInstance.safeParse(value);
  if (read.success) return { ok: true, answers: read.data };
  const [field, message] = Object.entries(fieldErrors(newInstance, value))[0] ?? ['', ''];
  return {
    ok: false,
    message: field === '' ? 'These are no answers to this form' : `The answer to ${field} does not fit`,
    hint: message,
  };
}

export function answersName(name: string): string {
  return `${name === '' ? 'instance' : name}.labdeck.json`;
}
