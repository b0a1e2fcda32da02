import type { Board, PowerReading } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { Age } from '../../ui/Age.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import classes from './LyingOutlet.module.css';
import { standingMeaning } from './powerWords.ts';

/** Said beside the switch of a board whose outlet was found to lie: what the switch does not do. */
export function LyingOutlet({ board, reading }: { board: Board; reading: PowerReading | undefined }) {
  const { view } = useLab();
  const verdict = reading?.verdict;
  if (verdict == null || verdict.outcome !== 'lies') return null;
  return (
    <p className={classes.line} id={lyingId(board.boardId)} data-testid="outlet-lies">
      <StateShape tone="bad" sizePx={12} />
      <span>
        <strong>{standingMeaning.lies}</strong>{' '}
        <span className={classes.faint}>
          Tested <Age atMs={verdict.atMs} />.
        </span>
      </span>
      <button
        type="button"
        className={classes.again}
        onClick={() => view.show({ kind: 'power-test', boardId: board.boardId })}
      >
        Test again…
      </button>
    </p>
  );
}

export function lyingId(boardId: string): string {
  return `lies-${boardId}`;
}
