import path from 'node:path';
import { z } from 'zod';
import {
  type Board,
  boardId,
  type ConsoleBinding,
  consoleBinding,
  expectRule,
  macro,
  type PortMatch,
  powerBinding,
  retention,
  slug,
  typingStyle,
  virtualKind,
} from '../contract/index.ts';

/**
 * A board as kept on disk. `key` names what belongs to it there (recordings, a virtual machine's state): it is
 * chosen once, survives a rename and is never handed out again, so that a new board never inherits an old one's past.
 */
const storedBoard = z.strictObject({
  key: z.string().regex(/^[a-z0-9-]{1,63}-[a-z0-9]{6}$/),
  name: boardId,
  displayName: z.string(),
  notes: z.string(),
  virtual: virtualKind.nullable(),
  consoles: z.array(consoleBinding),
  power: powerBinding.nullable(),
  ledNames: z.tuple([z.string(), z.string(), z.string()]),
  retention: retention.nullable().default(null),
  rules: z.array(expectRule).default([]),
  macros: z.array(macro).default([]),
  typing: z.record(slug, typingStyle).default({}),
});
export type StoredBoard = z.infer<typeof storedBoard>;

export const boardsDocument = z
  .strictObject({ version: z.literal(1), boards: z.array(storedBoard) })
  .superRefine(({ boards }, context) => {
    for (const twice of duplicates(boards))
      context.addIssue({ code: 'custom', path: ['boards'], message: `${twice} is there twice` });
  });

/** A port that a board claims, and as what: `console main` or `power`. */
export interface Claim {
  readonly name: string;
  readonly role: string;
  readonly match: PortMatch;
}

export function claimsOf(board: Pick<StoredBoard, 'name' | 'consoles' | 'power'>): Claim[] {
  const consoles = board.consoles.flatMap((console: ConsoleBinding) =>
    console.match === null
      ? []
      : [{ name: board.name, role: `console ${console.name}`, match: console.match }],
  );
  return board.power
    ? [...consoles, { name: board.name, role: 'power', match: board.power.match }]
    : consoles;
}

/** Two matches that are equal mean the same port, whoever writes them. */
export function matchKey(match: PortMatch): string {
  return `${match.by}:${match.by === 'device' ? path.normalize(match.value) : match.value}`;
}

export function toBoard(stored: StoredBoard): Board {
  const { key: _key, ...board } = stored;
  return { boardId: board.name, ...board };
}

function duplicates(boards: readonly StoredBoard[]): string[] {
  const claims = boards.flatMap(claimsOf);
  return [
    ...repeated(boards.map((board) => `the name ${board.name}`)),
    ...repeated(boards.map((board) => `the key ${board.key}`)),
    ...repeated(claims.map((claim) => `the port ${matchKey(claim.match)}`)),
    ...repeated(boards.flatMap((board) => board.consoles.map((c) => `the console ${board.name}.${c.name}`))),
  ];
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}
