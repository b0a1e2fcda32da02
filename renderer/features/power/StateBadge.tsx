import type { PowerState } from '../../../main/contract/index.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import classes from './StateBadge.module.css';

/** What is known of a board's power: shape, word and color. */
export function StateBadge({ state }: { state: PowerState }) {
  return (
    <span className={classes.badge} data-state={state}>
      <StateShape tone={state} sizePx={10} />
      <span className={classes.word} data-testid="power-state" data-state={state}>
        {state}
      </span>
    </span>
  );
}
