import { SegmentedControl } from '@mantine/core';
import { useId } from 'react';
import type { TeachSession } from '../../../main/contract/index.ts';
import classes from './TeachDialog.module.css';
import type { PowerChoice } from './teachDraft.ts';

interface Props {
  readonly session: TeachSession;
  readonly value: PowerChoice | null;
  readonly onChange: (choice: PowerChoice) => void;
}

/** A board has one outlet: asked only where two were found. */
export function SwitchedBy({ session, value, onChange }: Props) {
  const labelId = useId();
  const cable = session.found.some(({ role }) => role === 'cable');
  const socket = session.found.some(({ role }) => role === 'socket');
  if (!cable || !socket) return null;
  return (
    <div className={classes.line}>
      <span id={labelId}>Switched by</span>
      <SegmentedControl
        size="xs"
        aria-labelledby={labelId}
        value={value ?? 'cable'}
        onChange={(choice) => onChange(choice === 'socket' || choice === 'none' ? choice : 'cable')}
        data={[
          { value: 'cable', label: 'the power cable' },
          { value: 'socket', label: 'the hub port' },
          { value: 'none', label: 'nothing' },
        ]}
      />
      <span className={classes.soft}>A cable cuts the power for sure, a hub perhaps.</span>
    </div>
  );
}
