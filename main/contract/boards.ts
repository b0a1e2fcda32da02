import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { boardId, boardRef, slug } from './ids.ts';
import { defaultLedLanguage, ledLanguage, ledLanguagePatch } from './ledLanguage.ts';
import { portMatch } from './ports.ts';
import { newPowerBinding, powerBinding } from './powerBindings.ts';
import { defaultPowerPolicy, powerPolicy, powerPolicyPatch } from './powerPolicy.ts';
import { expectRule } from './rules.ts';
import { macro, typingStyle } from './typing.ts';
import { newSocketId, socketId } from './usb.ts';

const { NOT_FOUND, NAME_TAKEN, BAD_REQUEST, CONFLICT, UNSUPPORTED } = labErrors;

export const virtualKind = z.enum(['sim', 'qemu']);
export type VirtualKind = z.infer<typeof virtualKind>;

const host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9.:_-]+$/, 'give a host name or an address');
const tcpPort = z.int().min(1).max(65_535);

/** A line that is no port of this machine: somebody else's server, a socket, a program. */
export const consoleEndpoint = z.discriminatedUnion('kind', [
  /** Telnet with RFC 2217: ser2net, another Labdeck. */
  z.strictObject({ kind: z.literal('rfc2217'), host, port: tcpPort }),
  z.strictObject({ kind: z.literal('tcp'), host, port: tcpPort }),
  z.strictObject({
    kind: z.literal('unix'),
    path: z.string().max(107).regex(/^\//, 'give an absolute path'),
  }),
  /** The program's stdout is the console, its stdin takes what is typed. No shell. */
  z.strictObject({ kind: z.literal('command'), argv: z.array(z.string().min(1).max(4096)).min(1).max(100) }),
]);
export type ConsoleEndpoint = z.infer<typeof consoleEndpoint>;

/**
 * What to do with DTR or RTS once the line is open. `leave`: what the kernel makes of it (it raises both at the
 * first open); `pulse`: off for 100 ms, then on, which resets boards wired for it.
 */
export const signalPolicy = z.enum(['leave', 'assert', 'deassert', 'pulse']);
export type SignalPolicy = z.infer<typeof signalPolicy>;

/** One serial line of a board and how to speak on it. Either `match` or `endpoint` says where it is. */
const consoleBindingFields = z.strictObject({
  name: slug.default('main'),
  match: portMatch.nullable().default(null),
  endpoint: consoleEndpoint.nullable().default(null),
  dtr: signalPolicy.default('leave'),
  rts: signalPolicy.default('leave'),
  baudRate: z.int().min(50).max(12_000_000).default(115_200),
  dataBits: z.union([z.literal(5), z.literal(6), z.literal(7), z.literal(8)]).default(8),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
  flowControl: z.enum(['none', 'rtscts', 'xonxoff']).default('none'),
});
export const consoleBinding = consoleBindingFields.refine(
  (b) => (b.match === null) !== (b.endpoint === null),
  {
    path: ['match'],
    message: 'give either match (a port of this machine) or endpoint',
  },
);
export type ConsoleBinding = z.infer<typeof consoleBinding>;

/**
 * The hub socket the board's own USB device hangs in: what comes and goes there is a witness of its power, whatever
 * switches it. No pin on who it is: a board shows another device in its boot ROM, its boot loader and its system.
 */
const usbSocket = socketId.nullable();

const ledNames = z.tuple([z.string().max(40), z.string().max(40), z.string().max(40)]);

const maxBytes = z
  .int()
  .min(1024 * 1024)
  .nullable();
const maxAgeDays = z.int().min(1).max(36_500).nullable();

/** What is kept of a board's recordings; the oldest files go first. null: no limit. */
export const retention = z.strictObject({
  maxBytes: maxBytes.default(null),
  maxAgeDays: maxAgeDays.default(null),
});
export type Retention = z.infer<typeof retention>;

const rules = z
  .array(expectRule)
  .max(100)
  .refine((list) => new Set(list.map((r) => r.name)).size === list.length, 'two rules share a name');
const macros = z
  .array(macro)
  .max(200)
  .refine((list) => new Set(list.map((m) => m.name)).size === list.length, 'two macros share a name');

export const board = z.object({
  boardId,
  name: boardId,
  displayName: z.string(),
  notes: z.string(),
  /** What plays the board when there is no hardware; null for a real one. */
  virtual: virtualKind.nullable(),
  /** A virtual board has one console named `main` and needs no binding. */
  consoles: z.array(consoleBinding),
  /** null: no outlet bound (a virtual board then has an honest one). */
  power: powerBinding.nullable(),
  /** null: none is bound; a virtual board has none. */
  usbSocket,
  powerPolicy,
  ledNames,
  ledLanguage,
  /** null: as the settings say. */
  retention: retention.nullable(),
  rules,
  macros,
  /** By console name; a console that is not here has the defaults. */
  typing: z.record(slug, typingStyle),
});
export type Board = z.infer<typeof board>;

const consoles = z
  .array(consoleBinding)
  .max(16)
  .refine((list) => new Set(list.map((c) => c.name)).size === list.length, 'two consoles share a name');

const described = {
  displayName: z.string().max(100).default(''),
  notes: z.string().max(10_000).default(''),
  powerPolicy: powerPolicy.default(defaultPowerPolicy),
  ledNames: ledNames.default(['LED 1', 'LED 2', 'LED 3']),
  ledLanguage: ledLanguage.default(defaultLedLanguage),
  retention: retention.nullable().default(null),
  rules: rules.default([]),
  macros: macros.default([]),
  typing: z.record(slug, typingStyle).default({}),
};

/** What POST /boards takes: a virtual board, or a real one with its bindings. */
export const newBoard = z
  .strictObject({
    name: boardId,
    ...described,
    virtual: virtualKind.nullable().default(null),
    consoles: consoles.default([]),
    power: newPowerBinding.nullable().default(null),
    usbSocket: newSocketId.nullable().default(null),
  })
  .refine((b) => b.virtual === null || b.consoles.length === 0, {
    path: ['virtual'],
    message: 'a virtual board brings its own console',
  })
  .refine((b) => b.virtual === null || b.usbSocket === null, {
    path: ['usbSocket'],
    message: 'a virtual board hangs in no USB socket',
  })
  .refine((b) => b.power === null || (b.power.kind === 'virtual') === (b.virtual !== null), {
    path: ['power'],
    message: 'a virtual board has a virtual outlet, and only a virtual board has one',
  });
export type NewBoard = z.infer<typeof newBoard>;
export type NewBoardInput = z.input<typeof newBoard>;

/** What is left out stays as it is, also within `powerPolicy`, `ledLanguage` and `retention`. */
export const boardPatch = z.strictObject({
  name: boardId.optional(),
  displayName: z.string().max(100).optional(),
  notes: z.string().max(10_000).optional(),
  powerPolicy: powerPolicyPatch.optional(),
  ledNames: ledNames.optional(),
  ledLanguage: ledLanguagePatch.optional(),
  consoles: consoles.optional(),
  power: newPowerBinding.nullable().optional(),
  usbSocket: newSocketId.nullable().optional(),
  retention: z.strictObject({ maxBytes, maxAgeDays }).partial().nullable().optional(),
  rules: rules.optional(),
  macros: macros.optional(),
  typing: z.record(slug, typingStyle).optional(),
});
export type BoardPatch = z.infer<typeof boardPatch>;

export const boardsSnapshot = z.object({ revision: z.int(), boards: z.array(board) });

export const boardsContract = {
  list: oc.route({ method: 'GET', path: '/boards', summary: 'All boards' }).output(z.array(board)),
  get: oc
    .route({ method: 'GET', path: '/boards/{boardId}', summary: 'One board' })
    .errors({ NOT_FOUND })
    .input(z.strictObject({ boardId: boardRef }))
    .output(board),
  add: oc
    .route({ method: 'POST', path: '/boards', successStatus: 201, summary: 'Add a board' })
    .errors({ NAME_TAKEN, BAD_REQUEST, CONFLICT })
    .input(newBoard)
    .output(board),
  update: oc
    .route({ method: 'PATCH', path: '/boards/{boardId}', summary: 'Change a board' })
    .errors({ NOT_FOUND, NAME_TAKEN, BAD_REQUEST, CONFLICT, UNSUPPORTED })
    .input(boardPatch.extend({ boardId: boardRef }))
    .output(board),
  remove: oc
    .route({
      method: 'DELETE',
      path: '/boards/{boardId}',
      successStatus: 204,
      summary: 'Forget a board; its recordings stay on disk',
    })
    .errors({ NOT_FOUND })
    .input(z.strictObject({ boardId: boardRef }))
    .output(z.void()),
  /** The whole list, now and after every change. */
  changes: oc
    .route({ method: 'GET', path: '/events/boards', summary: 'Boards, now and at each change (events)' })
    .output(eventIterator(boardsSnapshot)),
};
