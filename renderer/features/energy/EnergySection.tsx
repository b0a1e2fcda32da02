import type { Board } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import inspectorClasses from '../boards/Inspector.module.css';
import { InspectorSection } from '../boards/InspectorSection.tsx';
import { EnergyTotals } from './EnergyTotals.tsx';
import { emptiness } from './energyWords.ts';
import { useEnergy } from './useEnergy.ts';

/** What a board took in the last day, and the way to its plot. */
export function EnergySection({ board }: { board: Board }) {
  const { view } = useLab();
  const { report } = useEnergy(board.boardId, 'day', 1);
  return (
    <InspectorSection title="Energy, last 24 hours">
      {report === null ? (
        <p className={inspectorClasses.hint}>Asking the core…</p>
      ) : (
        <>
          <EnergyTotals report={report} compact />
          {emptiness(report) === 'nothing-known' ? (
            <p className={inspectorClasses.hint}>
              Its power is not measured. Give its nameplate watts in the power policy for an estimate.
            </p>
          ) : null}
        </>
      )}
      <button
        type="button"
        className="button"
        onClick={() => view.show({ kind: 'energy', boardId: board.boardId })}
        data-testid="show-energy"
      >
        Over time…
      </button>
    </InspectorSection>
  );
}
