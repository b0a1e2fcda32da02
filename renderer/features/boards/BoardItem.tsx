import { memo } from 'react';
import type { Board } from '../../../main/contract/index.ts';
import { useBench, useLab, useView } from '../../app/labContext.tsx';
import { consolesOf } from '../../app/selection.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import classes from './BoardItem.module.css';
import { attentionReason, shownName } from './groupBoards.ts';

export const BoardItem = memo(function BoardItem({ board }: { board: Board }) {
  const { view } = useLab();
  const reading = useBench((state) => state.power[board.boardId]);
  const reason = useBench((state) =>
    attentionReason(state.power[board.boardId], consolesOf(state.consoles, board)),
  );
  const current = useView((state) => state.route.page === 'bench' && state.route.boardId === board.boardId);
  const tone = reason !== null ? 'bad' : reading?.busy === true ? 'busy' : (reading?.state ?? 'unknown');
  return (
    <li>
      <button
        type="button"
        className={classes.item}
        aria-current={current ? 'true' : undefined}
        data-board
        data-testid={`board-item-${board.boardId}`}
        onClick={() => view.selectBoard(board.boardId)}
      >
        <StateShape tone={tone} sizePx={11} />
        <span className={classes.text}>
          <span className={classes.name}>{shownName(board)}</span>
          <span className={classes.about} data-tone={reason === null ? undefined : 'bad'}>
            {reason ?? aboutBoard(board)}
          </span>
        </span>
        <span className={classes.leds} aria-hidden="true">
          {(reading?.leds ?? []).map((lit, index) => (
            // The three places never move: their index is their name.
            // biome-ignore lint/suspicious/noArrayIndexKey: fixed places
            <span key={index} data-lit={lit} />
          ))}
        </span>
      </button>
    </li>
  );
});

function aboutBoard(board: Board): string {
  if (board.virtual === 'sim') return 'virtual board';
  if (board.virtual === 'qemu') return 'virtual U-Boot';
  return board.displayName === '' ? 'board' : board.name;
}
