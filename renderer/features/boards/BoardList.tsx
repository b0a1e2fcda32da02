import { Cable, CircuitBoard } from 'lucide-react';
import { type KeyboardEvent, Suspense, useMemo } from 'react';
import { useStore } from 'zustand';
import { useBench, useLab, useView } from '../../app/labContext.tsx';
import { isAboutPorts } from '../../app/route.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { lazily } from '../../ui/lazily.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { ManyButton } from '../power/ManyButton.tsx';
import { AddButton } from './AddButton.tsx';
import { addPlace } from './addVirtual.ts';
import { BoardItem } from './BoardItem.tsx';
import classes from './BoardList.module.css';
import { groupBoards } from './groupBoards.ts';

const AddBoardMenu = lazily(() =>
  import('./AddBoardMenu.tsx').then((module) => ({ default: module.AddBoardMenu })),
);

const ManyMenu = lazily(() =>
  import('../power/ManyMenu.tsx').then((module) => ({ default: module.ManyMenu })),
);

/** All boards of the bench, by state, and the way to the ports below. */
export function BoardList() {
  const { view, actions } = useLab();
  const open = useView((state) => state.listOpen);
  const problem = useStore(actions.store, (state) => state.problems[addPlace] ?? null);
  return (
    <>
      {open ? (
        <button
          type="button"
          className={classes.scrim}
          aria-label="Close the board list"
          tabIndex={-1}
          onClick={() => view.set({ listOpen: false })}
        />
      ) : null}
      <nav
        className={classes.panel}
        aria-label="Boards"
        data-open={open}
        data-testid="board-list"
        onKeyDown={onArrow}
      >
        <header className={classes.head}>
          <h2>Boards</h2>
          <span className={classes.spring} />
          <Suspense fallback={<ManyButton disabled />}>
            <ManyMenu />
          </Suspense>
          <Suspense fallback={<AddButton ready={false} />}>
            <AddBoardMenu />
          </Suspense>
        </header>
        <ProblemLine problem={problem} onDismiss={() => actions.dismiss(addPlace)} />
        <Groups />
        <PortsEntry />
      </nav>
    </>
  );
}

function Groups() {
  const boards = useBench((state) => state.boards);
  const power = useBench((state) => state.power);
  const consoles = useBench((state) => state.consoles);
  const groups = useMemo(
    () => (boards === null ? null : groupBoards(boards, power, consoles)),
    [boards, power, consoles],
  );
  if (groups === null) return <LoadingBoards />;
  if (groups.length === 0) {
    return (
      <EmptyState level="panel" icon={<CircuitBoard size={20} />} title="No boards yet">
        <p>Add one from a serial port, or a virtual one to try things out.</p>
      </EmptyState>
    );
  }
  return (
    <div className={classes.scroll}>
      {groups.map((group) => (
        <section key={group.id} aria-label={`${group.title}: ${group.boards.length}`}>
          <h3 className={classes.group}>
            {group.title}
            <span className="tabular">{group.boards.length}</span>
          </h3>
          <ul>
            {group.boards.map((board) => (
              <BoardItem key={board.boardId} board={board} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function LoadingBoards() {
  return (
    <div className={classes.scroll} role="status" aria-label="Loading boards">
      {[0, 1, 2].map((row) => (
        <div key={row} className={classes.skeleton} />
      ))}
    </div>
  );
}

function PortsEntry() {
  const { view } = useLab();
  const current = useView((state) => isAboutPorts(state.route));
  const ports = useBench((state) => state.ports);
  const refused = ports?.filter((port) => !port.access.ok).length ?? 0;
  return (
    <button
      type="button"
      className={classes.ports}
      aria-current={current ? 'true' : undefined}
      onClick={() => view.go({ page: 'ports' })}
    >
      <Cable size={15} aria-hidden />
      <span className={classes.portsName}>Serial ports</span>
      {refused === 0 ? null : <span className={classes.refused}>{refused} no access</span>}
      <span className="tabular">{ports?.length ?? '–'}</span>
    </button>
  );
}

/** Up and down go through the list, as in every list; Tab leaves it. */
function onArrow(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-board]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  items.at((at + (event.key === 'ArrowDown' ? 1 : -1)) % items.length)?.focus();
}
