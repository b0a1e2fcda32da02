import { SegmentedControl } from '@mantine/core';
import { useId } from 'react';
import type { TeachFound } from '../../../main/contract/index.ts';
import { outletKindWord } from '../power/powerWords.ts';
import classes from './TeachDialog.module.css';
import { type PowerChoice, powerChoices, switcherOf, type TaughtBoard } from './teachPower.ts';

interface Props {
  readonly found: readonly TeachFound[];
  readonly board: TaughtBoard;
  readonly value: PowerChoice | null;
  readonly onChange: (choice: PowerChoice) => void;
}

/** A board has one outlet: asked only where it may be this or that. */
export function SwitchedBy({ found, board, value, onChange }: Props) {
  const labelId = useId();
  const choices = powerChoices(found, board);
  // A cable alone is there to switch.
  if (choices.length === 0 || (choices.length === 2 && choices[0] === 'cable')) return null;
  const words: Readonly<Record<PowerChoice, string>> = {
    cable: 'the power cable',
    kept: board?.power == null ? '' : `as now: ${outletKindWord[board.power.kind]}`,
    socket: 'the hub port',
    none: 'nothing',
  };
  return (
    <div className={classes.line}>
      <span id={labelId}>Switched by</span>
      <SegmentedControl
        size="xs"
        aria-labelledby={labelId}
        value={switcherOf(value, found, board)}
        onChange={(choice) => onChange(choices.find((each) => each === choice) ?? 'none')}
        data={choices.map((choice) => ({ value: choice, label: words[choice] }))}
      />
      <span className={classes.soft}>
        {choices.includes('cable')
          ? 'A cable cuts the power for sure, a hub perhaps.'
          : 'Many hubs cut the data only: the power-truth test tells.'}
      </span>
    </div>
  );
}
