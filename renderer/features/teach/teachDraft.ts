import '../../lib/zodWithoutEval.ts';
import { newBoard } from '../../../main/contract/boards.ts';
import type { Board, TeachFound } from '../../../main/contract/index.ts';
import type { FieldErrors } from '../boards/boardForm.ts';
import type { FinishInput } from './teaching.ts';
import { type PowerChoice, powerInput, witnessInput } from './teachPower.ts';

export interface TeachDraft {
  /** null: a new board. */
  readonly boardId: string | null;
  readonly name: string;
  readonly displayName: string;
  readonly baudRate: string;
  /** null: the likeliest. */
  readonly power: PowerChoice | null;
  /** The hub port that was found tells of the board's power, where something else switches it. */
  readonly witness: boolean;
}

export type CheckedTeach =
  | { readonly ok: true; readonly value: FinishInput }
  | { readonly ok: false; readonly errors: FieldErrors };

/** What `finish` is asked for, or what is wrong with it by field. */
export function checkTeach(
  draft: TeachDraft,
  found: readonly TeachFound[],
  boards: readonly Pick<Board, 'boardId' | 'name' | 'power' | 'usbSocket'>[],
): CheckedTeach {
  const errors: Record<string, string> = {};
  if (draft.boardId === null) {
    const name = newBoard.shape.name.safeParse(draft.name);
    if (!name.success) errors.name = name.error.issues[0]?.message ?? 'this can’t be a name';
    else if (boards.some(({ name }) => name === draft.name)) errors.name = 'another board has this name';
  }
  const rate = /^\d+$/.test(draft.baudRate.trim()) ? Number(draft.baudRate) : Number.NaN;
  const hasConsole = found.some(({ role }) => role === 'console');
  if (hasConsole && !(rate >= 50 && rate <= 12_000_000)) errors.baudRate = 'give a rate of 50 to 12000000';
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  const { displayName } = draft;
  const into = boards.find(({ boardId }) => boardId === draft.boardId) ?? null;
  return {
    ok: true,
    value: {
      ...(draft.boardId === null ? { name: draft.name } : { boardId: draft.boardId }),
      ...(displayName === '' ? {} : { displayName }),
      ...(hasConsole ? { baudRate: rate } : {}),
      ...powerInput(draft.power, found, into),
      ...witnessInput(draft, found, into),
    },
  };
}
