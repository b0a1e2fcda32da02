import { Button } from '@mantine/core';
import { CircleDashed } from 'lucide-react';
import { useLab } from '../../app/labContext.tsx';
import classes from './TeachDialog.module.css';
import { type TeachProps, useFocusFirst } from './teachParts.ts';
import { headline } from './teachWords.ts';

/** Every cable was left out. */
export function TeachNothing({ session, teaching, ask }: TeachProps) {
  const { view } = useLab();
  const first = useFocusFirst<HTMLButtonElement>();
  const byHand = () => {
    // Nothing is lost with it, and it ends by itself where the core does not hear.
    void teaching.leave().catch(() => undefined);
    view.show({ kind: 'add-board', portId: null });
  };
  return (
    <>
      <div className={classes.stage}>
        <span className={classes.picture} aria-hidden="true">
          <CircleDashed size={34} strokeWidth={1.6} />
        </span>
        <h3 className={classes.ask} data-testid="teach-ask">
          {headline(session, 'name')}
        </h3>
        <p className={classes.hint}>Begin again with any cable of the board, or add it by hand.</p>
      </div>
      <div className={classes.foot}>
        <Button variant="default" onClick={byHand} data-testid="teach-by-hand">
          Add by hand…
        </Button>
        <Button
          ref={first}
          onClick={() => void ask('start over', () => teaching.startOver())}
          data-testid="teach-start-over"
        >
          Start over
        </Button>
      </div>
    </>
  );
}
