import { useStore } from 'zustand';
import type { Board } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import inspectorClasses from '../boards/Inspector.module.css';
import { InspectorSection } from '../boards/InspectorSection.tsx';
import classes from './PowerSection.module.css';
import { policyLines } from './policyWords.ts';
import { powerPlace } from './powerControl.ts';
import { VerdictDetails } from './VerdictDetails.tsx';

/** What a board's outlet is worth, and how the board likes to be switched. */
export function PowerSection({ board }: { board: Board }) {
  const { view, power, actions } = useLab();
  const reading = useBench((state) => state.power[board.boardId]);
  const away = useConnectionPhase() !== 'connected';
  const problem = useStore(actions.store, (state) => state.problems[powerPlace(board.boardId)] ?? null);
  const { boardId } = board;
  return (
    <InspectorSection title="Power">
      {reading?.switchable === true ? (
        <VerdictDetails
          verdict={reading.verdict}
          onTest={away ? null : () => view.show({ kind: 'power-test', boardId })}
          onForget={away ? null : () => void power.forgetVerdict(boardId)}
        />
      ) : (
        <p className={inspectorClasses.hint}>No outlet is bound: power can’t be switched.</p>
      )}
      <ProblemLine problem={problem} onDismiss={() => actions.dismiss(powerPlace(boardId))} />
      <ul className={classes.policy} aria-label="Power policy">
        {policyLines(board.powerPolicy).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <button
        type="button"
        className="button"
        onClick={() => view.show({ kind: 'power-policy', boardId })}
        data-testid="edit-policy"
      >
        Power policy…
      </button>
    </InspectorSection>
  );
}
