import { SquareTerminal } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import type { Board, ConsoleInfo } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import classes from './ConsoleArea.module.css';
import { ConsoleBar } from './ConsoleBar.tsx';
import { ConsolePane } from './ConsolePane.tsx';
import { consoleTone } from './consoleWords.ts';
import { useConsoles } from './useConsoles.ts';

/** A board's consoles: one pane, and tabs above it where there are several. */
export function ConsoleArea({ board }: { board: Board }) {
  const { all, shown } = useConsoles(board);
  if (shown === undefined) return <NoConsole board={board} />;
  return (
    <>
      {all.length > 1 ? <Tabs board={board} all={all} shown={shown} /> : null}
      <ConsoleBar board={board} info={shown} />
      <ConsolePane key={shown.consoleId} board={board} info={shown} tabbed={all.length > 1} />
    </>
  );
}

function NoConsole({ board }: { board: Board }) {
  const { view } = useLab();
  const expected = board.virtual !== null || board.consoles.length > 0;
  return (
    <div className={classes.none}>
      {expected ? null : (
        <EmptyState icon={<SquareTerminal size={24} />} title="No console bound">
          <p>Bind a serial port to this board to see what it prints and to type to it.</p>
          <button
            type="button"
            className="button"
            data-size="large"
            onClick={() => view.show({ kind: 'connections', boardId: board.boardId })}
          >
            Edit connections
          </button>
        </EmptyState>
      )}
    </div>
  );
}

function Tabs({ board, all, shown }: { board: Board; all: readonly ConsoleInfo[]; shown: ConsoleInfo }) {
  const { view } = useLab();
  const choose = (info: ConsoleInfo | undefined) => {
    if (info !== undefined) view.selectConsole(board.boardId, info.consoleId);
  };
  const onArrow = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const at = (all.indexOf(shown) + step) % all.length;
    choose(all.at(at));
    event.currentTarget
      .querySelectorAll<HTMLElement>('[role="tab"]')
      .item((at + all.length) % all.length)
      .focus();
  };
  return (
    <div className={classes.tabs} role="tablist" aria-label="Consoles" onKeyDown={onArrow}>
      {all.map((info) => (
        <button
          key={info.consoleId}
          type="button"
          role="tab"
          id={`tab-${info.consoleId}`}
          aria-selected={info === shown}
          aria-controls={`pane-${info.consoleId}`}
          tabIndex={info === shown ? 0 : -1}
          className={classes.tab}
          onClick={() => choose(info)}
        >
          <StateShape tone={consoleTone[info.state]} sizePx={8} />
          {info.name}
        </button>
      ))}
    </div>
  );
}
