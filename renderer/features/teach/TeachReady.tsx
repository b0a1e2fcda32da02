import { Button } from '@mantine/core';
import { CircleCheck, CircleDashed } from 'lucide-react';
import type { TeachRole } from '../../../main/contract/index.ts';
import { FoundList } from './FoundList.tsx';
import classes from './TeachDialog.module.css';
import { TeachSights } from './TeachSights.tsx';
import { teachStages } from './teachMemory.ts';
import { type TeachProps, useFocusFirst } from './teachParts.ts';
import { headline, stageOffer } from './teachWords.ts';

interface Props extends TeachProps {
  readonly role: TeachRole;
}

/** A cable is learned, or was left: on to the next one. */
export function TeachReady({ session, role, teaching, ask }: Props) {
  const next = useFocusFirst<HTMLButtonElement>();
  const done = session.found.findLast((found) => found.role === role);
  const after = teachStages[teachStages.indexOf(role) + 1] ?? 'name';
  const watch = () => void ask('watch', () => teaching.watch(role));
  return (
    <>
      <div className={classes.stage} data-step={done === undefined ? 'none' : 'found'}>
        <span className={classes.picture} aria-hidden="true">
          {done === undefined ? (
            <CircleDashed size={34} strokeWidth={1.6} />
          ) : (
            <CircleCheck size={34} strokeWidth={1.6} />
          )}
        </span>
        <h3 className={classes.ask} data-testid="teach-ask">
          {headline(session, role)}
        </h3>
      </div>
      <FoundList session={session} teaching={teaching} ask={ask} />
      <TeachSights sights={session.sights} />
      <div className={classes.foot}>
        <Button
          variant="default"
          onClick={() => void ask('start over', () => teaching.startOver())}
          data-testid="teach-start-over"
        >
          Start over
        </Button>
        <span className={classes.spring} />
        {done === undefined ? (
          <Button variant="default" onClick={watch} data-testid="teach-watch">
            Watch for it
          </Button>
        ) : role === 'console' ? (
          <Button variant="default" onClick={watch} data-testid="teach-another">
            Another console
          </Button>
        ) : null}
        <Button ref={next} onClick={() => void ask('next', () => teaching.next())} data-testid="teach-next">
          {stageOffer[after]}
        </Button>
      </div>
    </>
  );
}
