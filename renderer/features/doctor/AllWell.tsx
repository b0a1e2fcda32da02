import { Check } from 'lucide-react';
import { countOf } from '../../lib/format/format.ts';
import classes from './AllWell.module.css';

/** Nothing to mend: short. */
export function AllWell({ checks }: { checks: number }) {
  return (
    <div className={classes.card} data-testid="doctor-well">
      <span className={classes.mark} aria-hidden="true">
        <Check size={22} strokeWidth={2.4} />
      </span>
      <div>
        <h2>Your bench is in good health</h2>
        <p>{countOf(checks, 'thing')} looked at, nothing to mend.</p>
      </div>
    </div>
  );
}
