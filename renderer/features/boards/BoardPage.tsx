import { CircuitBoard, SearchX } from 'lucide-react';
import { Suspense } from 'react';
import { LoadingBench } from '../../app/LoadingBench.tsx';
import { useBench, useLab, useView } from '../../app/labContext.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { lazily } from '../../ui/lazily.ts';
import { ConsoleArea } from '../console/ConsoleArea.tsx';
import { ConsoleTrouble } from '../console/ConsoleTrouble.tsx';
import { BoardHeader } from './BoardHeader.tsx';
import classes from './BoardPage.module.css';
import { shownName } from './groupBoards.ts';

const Inspector = lazily(() => import('./Inspector.tsx').then((module) => ({ default: module.Inspector })));

/** One board's workspace: header with power and LEDs, its consoles, its inspector. */
export function BoardPage() {
  const boards = useBench((state) => state.boards);
  const boardId = useView((state) => (state.route.page === 'bench' ? state.route.boardId : null));
  const inspectorOpen = useView((state) => state.inspectorOpen);
  const board = boards?.find((each) => each.boardId === boardId);
  if (boards === null) return <LoadingBench />;
  if (board === undefined) {
    return (
      <main className={classes.page}>
        {boards.length === 0 ? <NoBoards /> : <NoSuchBoard name={boardId} />}
      </main>
    );
  }
  return (
    <div className={classes.board}>
      <main className={classes.main} aria-label={shownName(board)}>
        <div className={classes.top}>
          <BoardHeader key={board.boardId} board={board} />
          <ConsoleTrouble board={board} />
        </div>
        <div className={classes.console}>
          <ConsoleArea board={board} />
        </div>
      </main>
      <Suspense>{inspectorOpen ? <Inspector key={board.boardId} board={board} /> : null}</Suspense>
    </div>
  );
}

function NoBoards() {
  const { view } = useLab();
  return (
    <EmptyState icon={<CircuitBoard size={24} />} heading="h1" title="Your bench is empty">
      <p>
        Plug a board in and teach it: unplug its cable, plug it back in, and Labdeck knows which it is. Or use
        Add in the board list for a virtual one that boots at once.
      </p>
      <p className={classes.offers}>
        <button
          type="button"
          className="button"
          data-size="large"
          onClick={() => view.show({ kind: 'teach' })}
          data-testid="teach-first-board"
        >
          Teach a board…
        </button>
        <button
          type="button"
          className="button"
          data-size="large"
          onClick={() => view.show({ kind: 'add-board', portId: null })}
        >
          Add from a serial port…
        </button>
      </p>
    </EmptyState>
  );
}

function NoSuchBoard({ name }: { name: string | null }) {
  const { view } = useLab();
  return (
    <EmptyState
      icon={<SearchX size={24} />}
      heading="h1"
      title={name === null ? 'No board selected' : `There is no board named ${name}`}
    >
      <p>It may have been renamed or removed in another window.</p>
      <button type="button" className="button" data-size="large" onClick={() => view.selectBoard(null)}>
        Show another board
      </button>
    </EmptyState>
  );
}
