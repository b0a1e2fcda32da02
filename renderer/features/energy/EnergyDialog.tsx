import '../../ui/widgets.css';
import { Modal, SegmentedControl } from '@mantine/core';
import { Zap } from 'lucide-react';
import { Suspense, useState } from 'react';
import type { Board, EnergyReport } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { lazily } from '../../ui/lazily.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { shownName } from '../boards/groupBoards.ts';
import classes from './EnergyDialog.module.css';
import { EnergyTable } from './EnergyTable.tsx';
import { EnergyTotals } from './EnergyTotals.tsx';
import { emptiness } from './energyWords.ts';
import { type Range, ranges } from './ranges.ts';
import { useEnergy } from './useEnergy.ts';

const EnergyPlot = lazily(() =>
  import('./EnergyPlot.tsx').then((module) => ({ default: module.EnergyPlot })),
);

/** A board's power over time, measured or estimated, and what being off when idle saved. */
export function EnergyDialog({ board }: { board: Board }) {
  const { view } = useLab();
  const [range, setRange] = useState<Range>('day');
  const { report, problem } = useEnergy(board.boardId, range);
  return (
    <Modal
      opened
      onClose={() => view.show(null)}
      title={`Energy of ${shownName(board)}`}
      size={880}
      data-testid="energy-dialog"
    >
      <div className={classes.body}>
        <SegmentedControl
          className={classes.range ?? ''}
          aria-label="How far back"
          value={range}
          onChange={(value) => setRange(value as Range)}
          data={Object.entries(ranges).map(([value, { label }]) => ({ value, label }))}
        />
        <ProblemLine problem={problem} />
        {report === null ? (
          <p className={classes.wait} role="status">
            {problem === null ? 'Asking the core…' : ''}
          </p>
        ) : (
          <Shown board={board} report={report} range={range} />
        )}
      </div>
    </Modal>
  );
}

function Shown({ board, report, range }: { board: Board; report: EnergyReport; range: Range }) {
  const empty = emptiness(report);
  if (empty !== null) return <Empty board={board} why={empty} />;
  return (
    <>
      <EnergyTotals report={report} />
      <Suspense fallback={<div className={classes.plot} />}>
        <EnergyPlot report={report} range={range} />
      </Suspense>
      <EnergyTable report={report} range={range} />
    </>
  );
}

function Empty({ board, why }: { board: Board; why: 'nothing-known' | 'never-on' }) {
  const { view } = useLab();
  return (
    <EmptyState
      level="panel"
      icon={<Zap size={20} />}
      title={why === 'never-on' ? 'It was not on in this time' : 'Nothing measures this board'}
    >
      {why === 'never-on' && board.powerPolicy.nameplateWatts !== null ? (
        <p>What it takes is drawn here once it is on.</p>
      ) : (
        <>
          <p>
            A metered outlet (Tasmota, Shelly, Home Assistant) measures by itself. For any other, give the
            watts of its nameplate: Labdeck then draws an estimate and says so.
          </p>
          <button
            type="button"
            className="button"
            data-size="large"
            onClick={() => view.show({ kind: 'power-policy', boardId: board.boardId })}
          >
            Give its nameplate…
          </button>
        </>
      )}
    </EmptyState>
  );
}
