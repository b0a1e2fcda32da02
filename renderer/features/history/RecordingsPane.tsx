import { useState } from 'react';
import type { Retention } from '../../../main/contract/index.ts';
import { useSettledChange } from '../../ui/useSettledChange.ts';
import { Pane } from '../settings/Pane.tsx';
import classes from './RetentionFields.module.css';
import { RetentionFields } from './RetentionFields.tsx';

interface Props {
  readonly retention: Retention;
  readonly disabled: boolean;
  readonly change: (retention: Retention) => void;
}

/** What is kept of every board's recordings that has no rule of its own. */
export function RecordingsPane({ retention, disabled, change }: Props) {
  const [asked, setAsked] = useState<Retention | null>(null);
  const send = useSettledChange((next: Retention) => {
    change(next);
    setAsked(null);
  });
  const ask = (next: Retention) => {
    setAsked(next);
    send(next);
  };
  return (
    <Pane title="Recordings">
      <RetentionFields value={asked ?? retention} disabled={disabled} onChange={ask} />
      <p className={classes.note}>
        Every byte a console prints is recorded. What is beyond a limit is deleted, oldest first; a board can
        have its own rule in its inspector.
      </p>
    </Pane>
  );
}
