import '../../lib/zodWithoutEval.ts';
import type { z } from 'zod';
import { boardPatch, newBoard } from '../../../main/contract/boards.ts';
import type { BoardPatch, ConsoleEndpoint, NewBoardInput } from '../../../main/contract/index.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';
import { sentence } from '../../ui/sentence.ts';
import type { BoardDraft, ConnectionsDraft } from './boardDraft.ts';

/** What is wrong, by dotted field: `consoles.0.baudRate`. */
export type FieldErrors = Readonly<Record<string, string>>;

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: FieldErrors };

/** Checks a new board by the contract itself, so that the form refuses just what the core would. */
export function checkNewBoard(draft: BoardDraft, takenNames: readonly string[]): Checked<NewBoardInput> {
  const input = { name: draft.name, displayName: draft.displayName, ...toConnections(draft.connections) };
  const errors = { ...schemaErrors(newBoard, input), ...connectionErrors(draft.connections) };
  if (takenNames.includes(draft.name)) errors.name = 'another board has this name';
  return isEmpty(errors) ? { ok: true, value: input as NewBoardInput } : { ok: false, errors };
}

export function checkConnections(draft: ConnectionsDraft): Checked<BoardPatch> {
  const patch = toConnections(draft);
  const errors = { ...schemaErrors(boardPatch, patch), ...connectionErrors(draft) };
  return isEmpty(errors) ? { ok: true, value: patch as BoardPatch } : { ok: false, errors };
}

/** A refusal of the core at the field it names; `null` where it names none this form has. */
export function errorAtField(problem: LabProblem): FieldErrors | null {
  if (problem.field === null) return null;
  const text = problem.hint === null ? problem.message : `${problem.message}. ${problem.hint}`;
  return { [problem.field]: text };
}

/** The error of a field or of anything inside it: `power` also shows `power.match.value`. */
export function errorUnder(errors: FieldErrors, field: string): string | null {
  const found = Object.entries(errors).find(([path]) => path === field || path.startsWith(`${field}.`));
  return found === undefined ? null : sentence(found[1]);
}

function toConnections(draft: ConnectionsDraft) {
  return {
    consoles: draft.consoles.map(({ key: _, baudRate, ...console }) => ({
      ...console,
      baudRate: /^\d+$/.test(baudRate.trim()) ? Number(baudRate) : Number.NaN,
    })),
    power: draft.power === null ? null : { kind: 'acm-cable' as const, ...draft.power },
  };
}

/** What the form knows better than the schema: a port not chosen yet, one chosen twice. */
function connectionErrors(draft: ConnectionsDraft): Record<string, string> {
  const errors: Record<string, string> = {};
  const used = new Map<string, string>();
  const ends = draft.consoles.flatMap(({ endpoint, match }, index) =>
    endpoint === null ? [{ field: `consoles.${index}.match`, match }] : [],
  );
  for (const [index, { endpoint }] of draft.consoles.entries()) {
    if (endpoint !== null) Object.assign(errors, endpointErrors(endpoint, `consoles.${index}.endpoint`));
  }
  if (draft.power !== null) ends.push({ field: 'power.match', match: draft.power.match });
  for (const { field, match } of ends) {
    const key = match === null ? '' : `${match.by}:${match.value}`;
    if (match === null || match.value === '') errors[field] = 'this line needs a port';
    else if (used.has(key)) errors[field] = 'this port is used twice';
    used.set(key, field);
  }
  return errors;
}

/** Fields still empty, which the schema would complain about in its own words. */
function endpointErrors(endpoint: ConsoleEndpoint, field: string): Record<string, string> {
  if (endpoint.kind === 'unix')
    return endpoint.path === '' ? { [`${field}.path`]: 'give an absolute path' } : {};
  if (endpoint.kind === 'command')
    return endpoint.argv.length === 0 ? { [`${field}.argv`]: 'give the program to run' } : {};
  return {
    ...(endpoint.host === '' ? { [`${field}.host`]: 'give a host name or an address' } : {}),
    ...(endpoint.port === 0 ? { [`${field}.port`]: 'give a port, 1 to 65535' } : {}),
  };
}

function schemaErrors(schema: z.ZodType, input: unknown): Record<string, string> {
  const result = schema.safeParse(input);
  if (result.success) return {};
  const issues = result.error.issues.map((issue) => [issue.path.join('.'), issue.message] as const);
  // "this line needs a port" says more than what the schema thinks of a missing one.
  return Object.fromEntries(issues.filter(([path]) => !path.endsWith('.match')).reverse());
}

function isEmpty(errors: Record<string, string>): boolean {
  return Object.keys(errors).length === 0;
}
