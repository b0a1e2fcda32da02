import '../../lib/zodWithoutEval.ts';
import { newBoard } from '../../../main/contract/boards.ts';
import type { TeachFound } from '../../../main/contract/index.ts';
import type { FieldErrors } from '../boards/boardForm.ts';
import type { FinishInput } from './teaching.ts';

/** What switches the board where both a cable and a hub port were found. */
export type PowerChoice = 'cable' | 'socket' | 'none';

export interface TeachDraft {
  /** null: a new board. */
  readonly boardId: string | null;
  readonly name: string;
  readonly displayName: string;
  readonly baudRate: string;
  /** null: the cable if there is one, else the hub port. */
  readonly power: PowerChoice | null;
}

export type CheckedTeach =
  | { readonly ok: true; readonly value: FinishInput }
  | { readonly ok: false; readonly errors: FieldErrors };

/** What `finish` is asked for, or what is wrong with it by field. */
export function checkTeach(
  draft: TeachDraft,
  found: readonly TeachFound[],
  takenNames: readonly string[],
): CheckedTeach {
  const errors: Record<string, string> = {};
  if (draft.boardId === null) {
    const name = newBoard.shape.name.safeParse(draft.name);
    if (!name.success) errors.name = name.error.issues[0]?.message ?? 'this can’t be a name';
    else if (takenNames.includes(draft.name)) errors.name = 'another board has this name';
  }
  const rate = /^\d+$/.test(draft.baudRate.trim()) ? Number(draft.baudRate) : Number.NaN;
  const hasConsole = found.some(({ role }) => role === 'console');
  if (hasConsole && !(rate >= 50 && rate <= 12_000_000)) errors.baudRate = 'give a rate of 50 to 12000000';
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  const { displayName } = draft;
  return {
    ok: true,
    value: {
      ...(draft.boardId === null ? { name: draft.name } : { boardId: draft.boardId }),
      ...(displayName === '' ? {} : { displayName }),
      ...(hasConsole ? { baudRate: rate } : {}),
      ...powerOf(draft.power, found),
    },
  };
}

/** Left out, the core takes the cable, else the hub port; a board that exists keeps its outlet where neither was found. */
function powerOf(choice: PowerChoice | null, found: readonly TeachFound[]): Pick<FinishInput, 'power'> {
  const cable = found.find(({ role }) => role === 'cable')?.match ?? null;
  const socket = found.find(({ role }) => role === 'socket')?.socket ?? null;
  if (choice === null || (cable === null && socket === null)) return {};
  if (choice === 'cable' && cable !== null) return { power: { kind: 'acm-cable', match: cable } };
  if (choice === 'socket' && socket !== null) return { power: { kind: 'usb-hub-port', socket } };
  return { power: null };
}
