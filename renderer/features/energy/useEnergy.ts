import { useEffect, useState } from 'react';
import type { Board, EnergyReport } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { type Range, ranges } from './ranges.ts';

interface Energy {
  /** The last one told; null until there is one. */
  readonly report: EnergyReport | null;
  readonly range: Range;
  readonly problem: LabProblem | null;
}

/** A board's power over the last hour, day or week, asked for again while it is looked at. */
export function useEnergy(boardId: Board['boardId'], range: Range, points = ranges[range].points): Energy {
  const { connection } = useLab();
  const connected = useConnectionPhase() === 'connected';
  const [energy, setEnergy] = useState<Energy>({ report: null, range, problem: null });
  useEffect(() => {
    if (!connected) return;
    let gone = false;
    const ask = async () => {
      const toMs = Date.now();
      try {
        const report = await connection
          .client()
          .energy.report({ boardId, fromMs: toMs - ranges[range].spanMs, toMs, points });
        if (!gone) setEnergy({ report, range, problem: null });
      } catch (error) {
        if (!gone) setEnergy((before) => ({ ...before, problem: toProblem(error) }));
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), ranges[range].againMs);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [connection, connected, boardId, range, points]);
  // What was told of another range is not shown as this one.
  return energy.range === range ? energy : { report: null, range, problem: null };
}
