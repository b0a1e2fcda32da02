import { TextInput } from '@mantine/core';
import { errorUnder, type FieldErrors } from '../boards/boardForm.ts';
import classes from './InstanceForm.module.css';
import type { PolicyDraft } from './installDraft.ts';

interface Props {
  readonly draft: PolicyDraft;
  readonly onChange: (draft: PolicyDraft) => void;
  readonly errors: FieldErrors;
  readonly disabled?: boolean;
}

/** When backups are made by themselves and how long those are kept. */
export function PolicyFields({ draft, onChange, errors, disabled = false }: Props) {
  return (
    <div className={classes.two}>
      <TextInput
        label="Every how many hours"
        description="Empty: only by hand"
        inputMode="numeric"
        value={draft.everyHours}
        disabled={disabled}
        onChange={(event) => onChange({ ...draft, everyHours: event.currentTarget.value })}
        error={errorUnder(errors, 'backup.everyHours')}
      />
      <TextInput
        label="Keep the last"
        description="Those made by hand stay"
        inputMode="numeric"
        value={draft.keep}
        disabled={disabled}
        onChange={(event) => onChange({ ...draft, keep: event.currentTarget.value })}
        error={errorUnder(errors, 'backup.keep')}
      />
      <TextInput
        label="At most, days"
        description="Empty: however old"
        inputMode="numeric"
        value={draft.maxAgeDays}
        disabled={disabled}
        onChange={(event) => onChange({ ...draft, maxAgeDays: event.currentTarget.value })}
        error={errorUnder(errors, 'backup.maxAgeDays')}
      />
    </div>
  );
}
