import { Button, NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { Board, Task } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { type LabProblem, problemDetails, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { AlsoCuts } from './AlsoCuts.tsx';
import { type Consequences, knownConsequences, refusedConsequences } from './consequences.ts';
import classes from './TruthTest.module.css';

/** What the test does, and all one has to agree to before it does it. */
export function TruthTestAsk({ board, onStart }: { board: Board; onStart: (task: Task) => void }) {
  const { connection, view } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const power = useBench((state) => state.power);
  const [offS, setOffS] = useState(5);
  const [bootS, setBootS] = useState(20);
  const [refused, setRefused] = useState<Consequences | null>(null);
  const [leased, setLeased] = useState<LabProblem | null>(null);
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const harm = refused ?? knownConsequences(board.boardId, power);
  const start = async () => {
    if (busy || away) return;
    setBusy(true);
    setProblem(null);
    try {
      const task = await connection.client().power.test({
        boardId: board.boardId,
        offMs: Math.round(offS * 1000),
        bootMs: Math.round(bootS * 1000),
        takeOver: leased !== null,
        force: harm !== null,
      });
      onStart(task);
    } catch (error) {
      const failure = toProblem(error);
      const others = failure.code === 'CONFLICT' ? refusedConsequences(problemDetails(error)) : null;
      if (failure.code === 'LEASED') setLeased(failure);
      else if (others !== null) setRefused(others);
      else setProblem(failure);
      setBusy(false);
    }
  };
  return (
    <div className={classes.body}>
      <p>
        Labdeck switches the board off, watches whether it really goes dark, switches it on and watches it
        boot. <strong>Whatever it is doing now stops at once.</strong>
      </p>
      <p className={classes.soft}>
        It only listens: a board that prints something when it starts tells most. If it was off before, it is
        off again afterwards.
      </p>
      <div className={classes.two}>
        <NumberInput
          label="Watch it off for"
          suffix=" s"
          min={0.5}
          max={60}
          step={1}
          decimalScale={1}
          clampBehavior="blur"
          value={offS}
          onChange={(value) => setOffS(numberWithin(value, 0.5, 60, offS))}
        />
        <NumberInput
          label="Wait for a boot up to"
          suffix=" s"
          min={0.5}
          max={300}
          step={5}
          decimalScale={1}
          clampBehavior="blur"
          value={bootS}
          onChange={(value) => setBootS(numberWithin(value, 0.5, 300, bootS))}
        />
      </div>
      {harm === null ? null : <AlsoCuts consequences={harm} />}
      {leased === null ? null : (
        <ProblemLine problem={{ ...leased, hint: 'They lose the console and are told.' }} />
      )}
      <ProblemLine problem={problem} />
      <div className={classes.foot}>
        <Button variant="default" onClick={() => view.show(null)} data-autofocus>
          Cancel
        </Button>
        <Button onClick={() => void start()} loading={busy} disabled={away} data-testid="start-truth-test">
          {leased !== null ? 'Take over and test' : harm !== null ? 'Test anyway' : 'Start the test'}
        </Button>
      </div>
    </div>
  );
}

/** While it is typed a number may be out of range for a moment: the last good one stands. */
function numberWithin(value: number | string, min: number, max: number, before: number): number {
  return typeof value === 'number' && value >= min && value <= max ? value : before;
}
