import { Button } from '@mantine/core';
import type { Board, PowerReading } from '../../../../main/contract/index.ts';
import { useBench, useConnectionPhase } from '../../../app/labContext.tsx';
import { Age } from '../../../ui/Age.tsx';
import { StateShape } from '../../../ui/StateShape.tsx';
import { sentence } from '../../../ui/sentence.ts';
import { wattsText } from '../powerWords.ts';
import classes from './OutletAnswer.module.css';

interface Props {
  readonly board: Board;
  /** What is filled in now is saved, and what the outlet answers stands in the board's reading. */
  readonly tried: boolean;
  readonly busy: boolean;
  readonly onTry: () => void;
}

/** Saves what is filled in and shows what the outlet answers; nothing is switched. */
export function OutletAnswer({ board, tried, busy, onTry }: Props) {
  const away = useConnectionPhase() !== 'connected';
  const reading = useBench((state) => state.power[board.boardId]);
  return (
    <div className={classes.answer}>
      <Button
        variant="default"
        size="compact-md"
        loading={busy}
        disabled={away}
        onClick={onTry}
        data-testid="try-outlet"
      >
        Save and read it
      </Button>
      <p role="status" className={classes.text} data-testid="outlet-answer">
        {!tried ? (
          'Asks the outlet how it is. Nothing is switched.'
        ) : reading === undefined ? (
          'Asking…'
        ) : (
          <Answer reading={reading} />
        )}
      </p>
    </div>
  );
}

function Answer({ reading }: { reading: PowerReading }) {
  const { outlet, known, evidence, meter } = reading;
  if (outlet !== null && !outlet.readable)
    return `Saved. ${sentence(outlet.label)} It can’t be asked: switch the board and watch it.`;
  return (
    <>
      <StateShape tone={known} sizePx={10} />
      <span>
        {outlet === null ? '' : `${outlet.label}: `}
        {sentence(evidence.text)} {meter === null ? '' : `${wattsText(meter.watts)}. `}
        {evidence.kind === 'none' ? null : <Age atMs={evidence.atMs} />}
      </span>
    </>
  );
}
