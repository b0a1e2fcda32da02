import { Button, Checkbox, NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { Task } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { sentence } from '../../ui/sentence.ts';
import { shownName } from '../boards/groupBoards.ts';
import manyClasses from './ManyBoards.module.css';
import { chosenAtFirst, harmOfMany, type ManyChoice, type ManyHarm, switchableBoards } from './many.ts';
import classes from './TruthTest.module.css';

interface Props {
  readonly state: 'on' | 'off';
  readonly onStart: (task: Task) => void;
}

/** Which boards, how far apart, and what one has to agree to. */
export function ManyBoardsAsk({ state, onStart }: Props) {
  const { connection, view } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const boards = useBench((bench) => bench.boards) ?? [];
  const power = useBench((bench) => bench.power);
  const staggerAtFirst = useBench((bench) => bench.settings?.powerStaggerMs ?? 0);
  const choices = switchableBoards(boards, power);
  const [chosen, setChosen] = useState<readonly string[]>(() => chosenAtFirst(choices, state));
  const [staggerS, setStaggerS] = useState(staggerAtFirst / 1000);
  const [takeOver, setTakeOver] = useState(false);
  const [force, setForce] = useState(false);
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const harm = state === 'off' ? harmOfMany(choices, chosen) : null;
  const picked = choices.filter(({ board }) => chosen.includes(board.boardId));
  const start = async () => {
    if (busy || away || picked.length === 0) return;
    setBusy(true);
    setProblem(null);
    try {
      onStart(
        await connection.client().power.setMany({
          boardIds: picked.map(({ board }) => board.boardId),
          state,
          takeOver,
          force,
          ...(state === 'on' ? { staggerMs: Math.round(staggerS * 1000) } : {}),
        }),
      );
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };
  if (choices.length === 0) return <p>No board has a power outlet yet. Bind one in its connections.</p>;
  return (
    <div className={classes.body}>
      <fieldset className={manyClasses.list}>
        <legend className="visually-hidden">Boards</legend>
        {choices.map((choice) => (
          <Choice
            key={choice.board.boardId}
            choice={choice}
            checked={chosen.includes(choice.board.boardId)}
            onChange={(on) => {
              const others = chosen.filter((each) => each !== choice.board.boardId);
              setChosen(on ? [...others, choice.board.boardId] : others);
            }}
          />
        ))}
      </fieldset>
      <div className={manyClasses.quick}>
        <button
          type="button"
          className="button"
          onClick={() => setChosen(choices.map(({ board }) => board.boardId))}
        >
          All {choices.length}
        </button>
        <button type="button" className="button" onClick={() => setChosen([])}>
          None
        </button>
      </div>
      {state === 'on' ? (
        <NumberInput
          label="Between two boards"
          description="A supply dislikes them all at once; a board’s ramp comes on top"
          suffix=" s"
          min={0}
          max={60}
          step={0.5}
          decimalScale={1}
          value={staggerS}
          onChange={(value) => {
            if (typeof value === 'number' && value >= 0 && value <= 60) setStaggerS(value);
          }}
        />
      ) : null}
      {harm === null ? null : <Harm harm={harm} force={force} setForce={setForce} />}
      <Checkbox
        label="Also boards whose console somebody else holds"
        description="They lose it and are told that it was you"
        checked={takeOver}
        onChange={(event) => setTakeOver(event.currentTarget.checked)}
      />
      <ProblemLine problem={problem} />
      <div className={classes.foot}>
        <Button variant="default" onClick={() => view.show(null)} data-autofocus>
          Cancel
        </Button>
        <Button
          onClick={() => void start()}
          loading={busy}
          disabled={away || picked.length === 0}
          data-testid="switch-many"
        >
          Switch {picked.length === 0 ? 'none' : countOf(picked.length, 'board')} {state}
        </Button>
      </div>
    </div>
  );
}

interface ChoiceProps {
  readonly choice: ManyChoice;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

function Choice({ choice: { board, reading }, checked, onChange }: ChoiceProps) {
  return (
    <div className={manyClasses.choice}>
      <Checkbox
        label={shownName(board)}
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span className={manyClasses.state}>
        <StateShape tone={reading.known} sizePx={9} />
        {reading.known}
      </span>
    </div>
  );
}

function Harm({
  harm,
  force,
  setForce,
}: {
  harm: ManyHarm;
  force: boolean;
  setForce: (on: boolean) => void;
}) {
  return (
    <div className={manyClasses.harm}>
      {harm.refuses.map((why) => (
        <p key={why}>{sentence(why)}</p>
      ))}
      {harm.boards.length === 0 ? null : <p>Lose their power too: {harm.boards.join(', ')}.</p>}
      <Checkbox
        label="Switch those off anyway"
        description="Otherwise the boards concerned are left out"
        checked={force}
        onChange={(event) => setForce(event.currentTarget.checked)}
      />
    </div>
  );
}
