import { memo } from 'react';
import type { Board, SharingState } from '../../../main/contract/index.ts';
import { useBench, useLab, useView } from '../../app/labContext.tsx';
import { consolesOf } from '../../app/selection.ts';
import type { BenchState } from '../../lib/stores/bench.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import { ExposedBadge } from '../console/SharingEdge.tsx';
import { isExposed } from '../console/sharingPlan.ts';
import { wattsText } from '../power/powerWords.ts';
import classes from './BoardItem.module.css';
import { attentionReason, shownName } from './groupBoards.ts';

export const BoardItem = memo(function BoardItem({ board }: { board: Board }) {
  const { view } = useLab();
  const reading = useBench((state) => state.power[board.boardId]);
  const reason = useBench((state) =>
    attentionReason(state.power[board.boardId], consolesOf(state.consoles, board)),
  );
  const current = useView((state) => state.route.page === 'bench' && state.route.boardId === board.boardId);
  const tone = reason !== null ? 'bad' : reading?.busy === true ? 'busy' : (reading?.known ?? 'unknown');
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
            {reason === null && reading?.verdict?.outcome === 'lies' ? (
              <span className={classes.lies} data-testid="item-lies">
                {' · '}outlet lies
              </span>
            ) : null}
          </span>
        </span>
        <Exposed board={board} />
        {reading?.meter == null ? null : (
          <span className={`${classes.watts} tabular`}>{wattsText(reading.meter.watts)}</span>
        )}
        <span className={classes.leds} aria-hidden="true">
          {(reading?.leds ?? []).slice(0, reading?.outlet?.leds ?? 0).map((lit, index) => (
            // The three places never move: their index is their name.
            // biome-ignore lint/suspicious/noArrayIndexKey: fixed places
            <span key={index} data-lit={lit} />
          ))}
        </span>
      </button>
    </li>
  );
});

function Exposed({ board }: { board: Board }) {
  const sharing = useBench((state) => exposedSharing(state.consoles, board));
  return sharing === null ? null : <ExposedBadge sharing={sharing} short />;
}

function exposedSharing(consoles: BenchState['consoles'], board: Board): SharingState | null {
  return consolesOf(consoles, board).find((info) => isExposed(info.sharing))?.sharing ?? null;
}

function aboutBoard(board: Board): string {
  if (board.virtual === 'sim') return 'virtual board';
  if (board.virtual === 'qemu') return 'virtual U-Boot';
  return board.displayName === '' ? 'board' : board.name;
}
