import '../../ui/widgets.css';
import { Button, NumberInput, Popover } from '@mantine/core';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { Board } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { OffTimeButton } from './OffTimeButton.tsx';
import classes from './PowerCycle.module.css';

interface Props {
  readonly board: Board;
  readonly away: boolean;
  readonly cycle: (offMs: number) => void;
}

const longestOffMs = 60_000;

/** How long a power cycle leaves the board without power: for once, or kept as the board's own. */
export function OffTime({ board, away, cycle }: Props) {
  const { boards, actions } = useLab();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState<number | null>(null);
  const kept = board.powerPolicy.cycleOffMs;
  const offMs = typed ?? kept;
  const place = `off-time:${board.boardId}`;
  const problem = useStore(actions.store, (state) => state.problems[place] ?? null);
  const keep = async () => {
    const powerPolicy = { ...board.powerPolicy, cycleOffMs: offMs };
    if (await actions.run(place, 'keep', () => boards.update(board.boardId, { powerPolicy }))) setTyped(null);
  };
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>
        <OffTimeButton onClick={() => setOpen(!open)} />
      </Popover.Target>
      <Popover.Dropdown className={classes.choice} aria-label="Off time">
        <NumberInput
          label="Off time"
          description="How long the board stays without power"
          suffix=" s"
          min={0}
          max={longestOffMs / 1000}
          step={0.5}
          decimalScale={1}
          value={offMs / 1000}
          onChange={(value) => {
            if (typeof value === 'number') setTyped(Math.min(longestOffMs, Math.round(value * 1000)));
          }}
          data-autofocus
        />
        {board.powerPolicy.minOffMs > offMs ? (
          <p className={classes.note}>
            It stays off for {board.powerPolicy.minOffMs / 1000} s at least, by its policy.
          </p>
        ) : null}
        <ProblemLine problem={problem} onDismiss={() => actions.dismiss(place)} />
        <div className={classes.hands}>
          <Button
            variant="default"
            onClick={() => {
              setOpen(false);
              cycle(offMs);
            }}
          >
            Cycle now
          </Button>
          <Button
            variant="subtle"
            disabled={away || offMs === kept}
            onClick={() => void keep()}
            data-testid="keep-off-time"
          >
            Keep for this board
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
