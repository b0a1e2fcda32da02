import '../../lib/zodWithoutEval.ts';
import type { z } from 'zod';
import { boardPatch, newBoard } from '../../../main/contract/boards.ts';
import type {
  BoardPatch,
  ConsoleEndpoint,
  NewBoardInput,
  PortMatch,
  PowerBinding,
} from '../../../main/contract/index.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';
import { sentence } from '../../ui/sentence.ts';
import { checkOutlet } from '../power/binding/checkOutlet.ts';
import type { OutletDraft } from '../power/binding/outletDraft.ts';
import type { BoardDraft, ConnectionsDraft } from './boardDraft.ts';

/** What is wrong, by dotted field: `consoles.0.baudRate`. */
export type FieldErrors = Readonly<Record<string, string>>;

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: FieldErrors };

/** Checks a new board by the contract itself, so that the form refuses just what the core would. */
export function checkNewBoard(draft: BoardDraft, takenNames: readonly string[]): Checked<NewBoardInput> {
  const outlet = outletOf(draft.connections.power);
  const consoles = toConsoles(draft.connections);
  const { usbSocket } = draft.connections;
  const input = {
    name: draft.name,
    displayName: draft.displayName,
    consoles,
    power: outlet.value,
    usbSocket,
  };
  const errors = {
    ...schemaErrors(newBoard, input),
    ...outlet.errors,
    ...connectionErrors(draft.connections),
  };
  if (takenNames.includes(draft.name)) errors.name = 'another board has this name';
  return isEmpty(errors) ? { ok: true, value: input as NewBoardInput } : { ok: false, errors };
}

export function checkConnections(draft: ConnectionsDraft): Checked<BoardPatch> {
  const outlet = outletOf(draft.power);
  const patch = { consoles: toConsoles(draft), power: outlet.value, usbSocket: draft.usbSocket };
  const errors = { ...schemaErrors(boardPatch, patch), ...outlet.errors, ...connectionErrors(draft) };
  return isEmpty(errors) ? { ok: true, value: patch as BoardPatch } : { ok: false, errors };
}

/** Of a virtual board, which brings its own console. */
export function checkVirtualOutlet(draft: ConnectionsDraft): Checked<BoardPatch> {
  const outlet = outletOf(draft.power);
  return isEmpty(outlet.errors)
    ? { ok: true, value: { power: outlet.value } }
    : { ok: false, errors: outlet.errors };
}

/** The outlet as the core takes it, or what is wrong with it, below `power`. */
function outletOf(draft: OutletDraft | null): { value: PowerBinding | null; errors: Record<string, string> } {
  if (draft === null) return { value: null, errors: {} };
  const checked = checkOutlet(draft);
  if (checked.ok) return { value: checked.value, errors: {} };
  const errors = Object.entries(checked.errors).map(([field, text]) => [`power.${field}`, text]);
  return { value: null, errors: Object.fromEntries(errors) };
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

function toConsoles(draft: ConnectionsDraft) {
  return draft.consoles.map(({ key: _, baudRate, ...console }) => ({
    ...console,
    baudRate: /^\d+$/.test(baudRate.trim()) ? Number(baudRate) : Number.NaN,
  }));
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
  // What is said of a cable without a port is its own to say.
  if (draft.power?.kind === 'acm-cable' && draft.power.match !== null)
    ends.push({ field: 'power.match', match: draft.power.match });
  for (const { field, match } of ends) {
    if (match === null || match.value === '') {
      errors[field] = field === 'power.match' ? 'this cable needs a port' : 'this line needs a port';
      continue;
    }
    const key = matchKey(match);
    if (used.has(key)) errors[field] = 'this port is used twice';
    used.set(key, field);
  }
  return errors;
}

/** One port, however it is found: two lines of one adapter differ by their interface. */
function matchKey(match: PortMatch): string {
  return `${match.by}:${match.value}:${'interface' in match ? match.interface : ''}`;
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
