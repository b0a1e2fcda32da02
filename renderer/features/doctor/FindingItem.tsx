import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import type { Finding } from '../../../main/contract/index.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import { groupWord, severityTone, severityWord } from './doctorWords.ts';
import classes from './FindingItem.module.css';
import { FixPart } from './FixPart.tsx';

/** One finding: what was found in a line or two; unfolded, why it matters and what helps. */
export function FindingItem({ finding }: { finding: Finding }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const { findingId, severity, group, title, what, why, fix } = finding;
  return (
    <li className={classes.finding} data-severity={severity} data-testid={`finding-${findingId}`}>
      <h3>
        <button
          type="button"
          className={classes.head}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <StateShape tone={severityTone[severity]} sizePx={12} />
          <span className={classes.title}>{title}</span>
          <span className={classes.word}>{severityWord[severity]}</span>
          <span className={classes.spring} />
          {fix === null ? null : <span className={classes.chip}>Fix at hand</span>}
          <span className={classes.group}>{groupWord[group]}</span>
          <ChevronRight size={15} aria-hidden className={classes.chevron} />
        </button>
      </h3>
      <p className={classes.what} data-selectable>
        {what}
      </p>
      <div id={id} className={classes.body} hidden={!open}>
        {open ? (
          <>
            <p data-selectable>{why}</p>
            {fix === null ? null : <FixPart fix={fix} />}
          </>
        ) : null}
      </div>
    </li>
  );
}
