import type { ComparedRow } from '../../../main/contract/index.ts';

/** What a comparison shows: rows, and stretches that are the same on both sides put away. */
export type ShownRow =
  | { readonly kind: 'row'; readonly index: number }
  | { readonly kind: 'fold'; readonly from: number; readonly count: number };

/** Same lines kept on either side of a change, to see where one is. */
const contextRows = 3;
/** A fold takes a row itself: shorter stretches are shown. */
const shortestFold = 4;

/** `unfolded`: the first rows of stretches that were opened. */
export function foldRows(rows: readonly ComparedRow[], unfolded: ReadonlySet<number>): ShownRow[] {
  const shown: ShownRow[] = [];
  let at = 0;
  while (at < rows.length) {
    const sameEnd = endOfSame(rows, at);
    if (sameEnd === at) {
      shown.push({ kind: 'row', index: at });
      at += 1;
      continue;
    }
    const from = at === 0 ? 0 : at + contextRows;
    const to = sameEnd === rows.length ? sameEnd : sameEnd - contextRows;
    const folds = to - from >= shortestFold && !unfolded.has(from);
    pushRows(shown, at, folds ? from : sameEnd);
    if (folds) {
      shown.push({ kind: 'fold', from, count: to - from });
      pushRows(shown, to, sameEnd);
    }
    at = sameEnd;
  }
  return shown;
}

/** Where the changes begin, as indices into what is shown: a run of changed rows counts once. */
export function changeStarts(rows: readonly ComparedRow[], shown: readonly ShownRow[]): number[] {
  const isChange = (at: number) => {
    const item = shown[at];
    return item?.kind === 'row' && rows[item.index]?.kind !== 'same';
  };
  return shown.flatMap((_, at) => (isChange(at) && !isChange(at - 1) ? [at] : []));
}

function endOfSame(rows: readonly ComparedRow[], from: number): number {
  let end = from;
  while (rows[end]?.kind === 'same') end += 1;
  return end;
}

function pushRows(shown: ShownRow[], from: number, to: number): void {
  for (let index = from; index < to; index += 1) shown.push({ kind: 'row', index });
}
