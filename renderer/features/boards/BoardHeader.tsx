import { PanelRight } from 'lucide-react';
import { Suspense } from 'react';
import { useStore } from 'zustand';
import type { Board } from '../../../main/contract/index.ts';
import { keys } from '../../app/commands/keys.ts';
import { useBench, useConnectionPhase, useLab, useView } from '../../app/labContext.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { lazily } from '../../ui/lazily.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { LedRow } from '../power/LedRow.tsx';
import { LyingOutlet } from '../power/LyingOutlet.tsx';
import { PowerCycle } from '../power/PowerCycle.tsx';
import { PowerEvidence } from '../power/PowerEvidence.tsx';
import { PowerNumbers } from '../power/PowerNumbers.tsx';
import { PowerSwitch } from '../power/PowerSwitch.tsx';
import { switchPlaces } from '../power/powerControl.ts';
import { standingOf } from '../power/powerWords.ts';
import { StateBadge } from '../power/StateBadge.tsx';
import { VerdictButton } from '../power/VerdictChip.tsx';
import classes from './BoardHeader.module.css';
import { shownName } from './groupBoards.ts';

const PowerFactsButton = lazily(() =>
  import('../power/PowerFactsButton.tsx').then((module) => ({ default: module.PowerFactsButton })),
);

/** Who it is, whether it has power and how we know; the hands on its switch and LEDs. */
export function BoardHeader({ board }: { board: Board }) {
  const { view, actions } = useLab();
  const reading = useBench((state) => state.power[board.boardId]);
  const away = useConnectionPhase() !== 'connected';
  const inspectorOpen = useView((state) => state.inspectorOpen);
  const places = switchPlaces(board.boardId);
  const failed = useStore(actions.store, (state) => places.find((place) => place in state.problems) ?? '');
  const problem = useStore(actions.store, (state) => state.problems[failed] ?? null);
  return (
    <header className={classes.header}>
      <div className={classes.row}>
        <div className={classes.who}>
          <div className={classes.title}>
            <h1>{shownName(board)}</h1>
            {board.displayName === '' ? null : <code className={classes.id}>{board.name}</code>}
            <StateBadge state={reading?.known ?? 'unknown'} />
            {reading?.switchable === false ? null : (
              <Suspense fallback={<VerdictButton standing={standingOf(reading)} disabled />}>
                <PowerFactsButton board={board} reading={reading} />
              </Suspense>
            )}
          </div>
          <div className={classes.power}>
            <PowerEvidence boardId={board.boardId} reading={reading} />
            <PowerNumbers reading={reading} />
          </div>
        </div>
        <div className={classes.hands} data-away={away}>
          <LedRow board={board} reading={reading} away={away} />
          <PowerSwitch board={board} reading={reading} away={away} />
          <PowerCycle board={board} reading={reading} away={away} />
          <IconButton
            label="Inspector"
            shortcut={keys['view.inspector']}
            pressed={inspectorOpen}
            onClick={() => view.toggleInspector()}
            testId="inspector-toggle"
          >
            <PanelRight size={17} strokeWidth={1.8} aria-hidden />
          </IconButton>
        </div>
      </div>
      <LyingOutlet board={board} reading={reading} />
      <ProblemLine problem={problem} onDismiss={() => actions.dismiss(failed)} />
    </header>
  );
}
