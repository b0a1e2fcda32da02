import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import classes from './Fold.module.css';

interface Props {
  readonly title: string;
  /** What it says now, for who does not open it. */
  readonly summary?: string;
  /** Something in it needs a look: it stands open. */
  readonly wanted?: boolean;
  readonly testId?: string;
  readonly children: React.ReactNode;
}

/** A section that is folded as long as what it holds is fine as it is. */
export function Fold({ title, summary, wanted = false, testId, children }: Props) {
  const [asked, setAsked] = useState(false);
  const open = asked || wanted;
  const id = useId();
  return (
    <section className={classes.fold} data-open={open} data-testid={testId}>
      <h3>
        <button
          type="button"
          className={classes.head}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setAsked(!open)}
        >
          <ChevronRight size={15} aria-hidden className={classes.chevron} />
          <span className={classes.title}>{title}</span>
          {summary === undefined ? null : <span className={classes.summary}>{summary}</span>}
        </button>
      </h3>
      <div id={id} className={classes.body} hidden={!open}>
        {open ? children : null}
      </div>
    </section>
  );
}
