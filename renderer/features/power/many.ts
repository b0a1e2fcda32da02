import {
  type Board,
  mayHavePower,
  type PowerReading,
  type SwitchState,
} from '../../../main/contract/index.ts';
import { compareNames, shownName } from '../boards/groupBoards.ts';

export interface ManyChoice {
  readonly board: Board;
  readonly reading: PowerReading;
}

/** Boards that can be switched, by the name people see. */
export function switchableBoards(
  boards: readonly Board[],
  power: Readonly<Record<string, PowerReading>>,
): ManyChoice[] {
  return boards
    .flatMap((board) => {
      const reading = power[board.boardId];
      return reading?.switchable === true ? [{ board, reading }] : [];
    })
    .sort((a, b) => compareNames(shownName(a.board), shownName(b.board)));
}

/** Those chosen at first: all that are not known to be so already. */
export function chosenAtFirst(choices: readonly ManyChoice[], state: SwitchState): string[] {
  return choices.filter(({ reading }) => reading.known !== state).map(({ board }) => board.boardId);
}

export interface ManyHarm {
  /** Boards not chosen that lose their power with one that is. */
  readonly boards: readonly string[];
  /** Why single boards should stay on: `the keyboard hangs on it`. */
  readonly refuses: readonly string[];
}

/** What switching these off does beyond them; null where it harms nobody else. */
export function harmOfMany(choices: readonly ManyChoice[], chosen: readonly string[]): ManyHarm | null {
  const outlets = choices
    .filter(({ board }) => chosen.includes(board.boardId))
    .flatMap(({ reading }) => (reading.outlet === null ? [] : [reading.outlet]));
  const boards = new Set(outlets.flatMap(({ alsoCuts }) => alsoCuts as string[]));
  for (const { board, reading } of choices) if (!mayHavePower(reading)) boards.delete(board.boardId);
  for (const boardId of chosen) boards.delete(boardId);
  const refuses = new Set(outlets.flatMap((outlet) => (outlet.refuses === null ? [] : [outlet.refuses])));
  return boards.size === 0 && refuses.size === 0 ? null : { boards: [...boards], refuses: [...refuses] };
}
