import { useBench } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import { sentence } from '../../ui/sentence.ts';
import { shownName } from '../boards/groupBoards.ts';
import classes from './AlsoCuts.module.css';
import type { Consequences } from './consequences.ts';

/** Who loses power too, each with how it stands now, and what of this computer does. */
export function AlsoCuts({ consequences }: { consequences: Consequences }) {
  const { boards, refuses } = consequences;
  return (
    <>
      {refuses === null ? null : (
        <p className={classes.refuses} data-selectable>
          <StateShape tone="bad" sizePx={12} />
          <span>{sentence(refuses)} It goes dark too.</span>
        </p>
      )}
      {boards.length === 0 ? null : (
        <>
          <p>
            {boards.length === 1
              ? 'One other board loses its power with it:'
              : `${countOf(boards.length, 'other board')} lose their power with it:`}
          </p>
          <ul className={classes.boards}>
            {boards.map((boardId) => (
              <CutBoard key={boardId} boardId={boardId} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function CutBoard({ boardId }: { boardId: string }) {
  const board = useBench((state) => state.boards?.find((each) => each.boardId === boardId));
  const known = useBench((state) => state.power[boardId]?.known ?? 'unknown');
  return (
    <li>
      <StateShape tone={known} sizePx={10} />
      <span className={classes.name}>{board === undefined ? boardId : shownName(board)}</span>
      <span className={classes.state}>{known === 'unknown' ? 'power unknown' : known}</span>
    </li>
  );
}
