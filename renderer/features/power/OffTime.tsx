import '../../ui/widgets.css';
import { Button, NumberInput, Popover } from '@mantine/core';
import { useState } from 'react';
import { OffTimeButton } from './OffTimeButton.tsx';
import classes from './PowerCycle.module.css';

interface Props {
  readonly offMs: number;
  readonly setOffMs: (offMs: number) => void;
  readonly cycle: () => void;
}

const longestOffMs = 60_000;

/** How long a power cycle leaves the board without power. */
export function OffTime({ offMs, setOffMs, cycle }: Props) {
  const [open, setOpen] = useState(false);
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
            if (typeof value === 'number') setOffMs(Math.round(value * 1000));
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
  );
}
