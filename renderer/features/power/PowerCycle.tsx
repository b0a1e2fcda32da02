import { Button, NumberInput, Popover } from '@mantine/core';
import { ChevronDown, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { Board, PowerReading } from '../../../main/contract/index.ts';
import { useLab, useView } from '../../app/labContext.tsx';
import classes from './PowerCycle.module.css';
import { powerPlace } from './powerControl.ts';

interface Props {
  readonly board: Board;
  readonly reading: PowerReading | undefined;
  readonly away: boolean;
}

const longestOffMs = 60_000;

/** Off, wait, on. How long the wait lasts is chosen beside it. */
export function PowerCycle({ board, reading, away }: Props) {
  const { power, actions, view } = useLab();
  const offMs = useView((state) => state.offMs);
  const pending = useStore(actions.store, (state) => powerPlace(board.boardId) in state.pending);
  const [open, setOpen] = useState(false);
  const blocked = away || pending || reading?.busy === true || reading?.switchable !== true;
  const seconds = `${offMs / 1000} s`;
  const cycle = () => {
    if (!blocked) void power.cycle(board.boardId, offMs);
  };
  return (
    <fieldset className={classes.pair} aria-label="Power cycle">
      <button
        type="button"
        className={classes.main}
        data-testid="power-cycle"
        aria-disabled={blocked}
        title="Off, wait, on (Ctrl+Shift+Y)"
        onClick={cycle}
      >
        <RotateCw size={14} strokeWidth={2} aria-hidden />
        <span className={classes.word}>Cycle</span>{' '}
        <span className={`${classes.time} tabular`}>{seconds}</span>
      </button>
      <Popover opened={open} onChange={setOpen} position="bottom-end" shadow="md" trapFocus withinPortal>
        <Popover.Target>
          <button type="button" className={classes.more} aria-label="Off time" onClick={() => setOpen(!open)}>
            <ChevronDown size={14} aria-hidden />
          </button>
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
              if (typeof value === 'number') view.set({ offMs: Math.round(value * 1000) });
            }}
            data-autofocus
          />
          <Button
            variant="default"
            onClick={() => {
              setOpen(false);
              cycle();
            }}
          >
            Cycle now
          </Button>
        </Popover.Dropdown>
      </Popover>
    </fieldset>
  );
}
