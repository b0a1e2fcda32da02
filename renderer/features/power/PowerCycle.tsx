import { RotateCw } from 'lucide-react';
import { Suspense } from 'react';
import { useStore } from 'zustand';
import type { Board, PowerReading } from '../../../main/contract/index.ts';
import { keys } from '../../app/commands/keys.ts';
import { useLab } from '../../app/labContext.tsx';
import { lazily } from '../../ui/lazily.ts';
import { OffTimeButton } from './OffTimeButton.tsx';
import classes from './PowerCycle.module.css';
import { powerPlace } from './powerControl.ts';

interface Props {
  readonly board: Board;
  readonly reading: PowerReading | undefined;
  readonly away: boolean;
}

const OffTime = lazily(() => import('./OffTime.tsx').then((module) => ({ default: module.OffTime })));

/** Off, wait, on. How long the wait lasts is the board's policy, and chosen beside it. */
export function PowerCycle({ board, reading, away }: Props) {
  const { power, actions } = useLab();
  const pending = useStore(actions.store, (state) => powerPlace(board.boardId) in state.pending);
  const blocked = away || pending || reading?.busy === true || reading?.switchable !== true;
  const { cycleOffMs, minOffMs } = board.powerPolicy;
  const seconds = `${Math.max(cycleOffMs, minOffMs) / 1000} s`;
  const cycle = (offMs?: number) => {
    if (!blocked) void power.cycle(board.boardId, offMs === undefined ? {} : { offMs });
  };
  return (
    <fieldset className={classes.pair} aria-label="Power cycle">
      <button
        type="button"
        className={classes.main}
        data-testid="power-cycle"
        aria-disabled={blocked}
        title={`Off, wait, on (${keys['power.cycle']})`}
        onClick={() => cycle()}
      >
        <RotateCw size={14} strokeWidth={2} aria-hidden />
        <span className={classes.word}>Cycle</span>{' '}
        <span className={`${classes.time} tabular`}>{seconds}</span>
      </button>
      <Suspense fallback={<OffTimeButton disabled />}>
        <OffTime board={board} away={away} cycle={cycle} />
      </Suspense>
    </fieldset>
  );
}
