import '../../ui/widgets.css';
import { Popover } from '@mantine/core';
import { useState } from 'react';
import type { Board, PowerReading } from '../../../main/contract/index.ts';
import { PowerFacts } from './PowerFacts.tsx';
import { standingOf } from './powerWords.ts';
import { VerdictButton } from './VerdictChip.tsx';

interface Props {
  readonly board: Board;
  readonly reading: PowerReading | undefined;
}

/** The verdict, and behind it all that is known of the board's power. */
export function PowerFactsButton({ board, reading }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-start"
      width={380}
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>
        <VerdictButton standing={standingOf(reading)} onClick={() => setOpen(!open)} />
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label="Power">
        {open && reading !== undefined ? (
          <PowerFacts board={board} reading={reading} onLeave={() => setOpen(false)} />
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
}
