import { Button } from '@mantine/core';
import { Plug, Unplug } from 'lucide-react';
import classes from './TeachDialog.module.css';
import { TeachSights } from './TeachSights.tsx';
import { type TeachProps, useFocusFirst } from './teachParts.ts';
import { leaveOut, pullHint } from './teachWords.ts';

/** One sentence: what to do with the cable now. It is said again when it changes. */
export function TeachPull({ session, teaching, ask }: TeachProps) {
  const { step, role, sights } = session;
  // Not the button: a stray Enter must not leave the cable out.
  const first = useFocusFirst<HTMLHeadingElement>();
  return (
    <>
      <div className={classes.stage} data-step={step}>
        <span className={classes.picture} aria-hidden="true">
          {step === 'plug' ? <Plug size={34} strokeWidth={1.6} /> : <Unplug size={34} strokeWidth={1.6} />}
        </span>
        <h3 className={classes.ask} ref={first} tabIndex={-1} data-testid="teach-ask">
          {session.ask}
        </h3>
        {step === 'pull' && role !== null ? <p className={classes.hint}>{pullHint[role]}</p> : null}
      </div>
      <TeachSights sights={sights} />
      <div className={classes.foot}>
        <Button
          variant="default"
          onClick={() => void ask('skip', () => teaching.next())}
          data-testid="teach-skip"
        >
          {role === null || step === 'plug' ? 'Leave this out' : leaveOut[role]}
        </Button>
      </div>
    </>
  );
}
