import { z } from 'zod';
import {
  type Board,
  boardId,
  consoleBinding,
  defaultLedLanguage,
  defaultPowerPolicy,
  expectRule,
  ledLanguage,
  macro,
  powerBinding,
  powerPolicy,
  retention,
  slug,
  socketId,
  typingStyle,
  virtualKind,
} from '../contract/index.ts';
import { doubleClaims } from './claims.ts';

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
  usbSocket: socketId.nullable().default(null),
  powerPolicy: powerPolicy.default(defaultPowerPolicy),
  ledNames: z.tuple([z.string(), z.string(), z.string()]),
  ledLanguage: ledLanguage.default(defaultLedLanguage),
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

export function toBoard(stored: StoredBoard): Board {
  const { key: _key, ...board } = stored;
  return { boardId: board.name, ...board };
}

function duplicates(boards: readonly StoredBoard[]): string[] {
  return [
    ...repeated(boards.map((board) => `the name ${board.name}`)),
    ...repeated(boards.map((board) => `the key ${board.key}`)),
    ...doubleClaims(boards),
    ...repeated(boards.flatMap((board) => board.consoles.map((c) => `the console ${board.name}.${c.name}`))),
  ];
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}
