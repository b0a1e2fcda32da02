import { Checkbox, PasswordInput, Switch, TextInput } from '@mantine/core';
import { errorUnder, type FieldErrors } from '../boards/boardForm.ts';
import { Fold } from './Fold.tsx';
import { errorsUnder, hasErrors } from './fieldErrors.ts';
import classes from './InstanceForm.module.css';
import type { InstallDraft } from './installDraft.ts';
import { includeText, policyText, resourcesText, sourceText } from './installWords.ts';
import { PolicyFields } from './PolicyFields.tsx';
import { SourceFields } from './SourceFields.tsx';

interface Props {
  readonly draft: InstallDraft;
  readonly set: (part: Partial<InstallDraft>) => void;
  readonly errors: FieldErrors;
}

/** Everything that may be answered otherwise, folded away until somebody wants to. */
export function InstallFields({ draft, set, errors }: Props) {
  const wants = (...fields: string[]) => hasErrors(errorsUnder(errors, fields));
  return (
    <div className={classes.folds}>
      <Fold title="Source" summary={sourceText(draft.source)} wanted={wants('source')} testId="fold-source">
        <SourceFields draft={draft.source} onChange={(source) => set({ source })} errors={errors} />
      </Fold>
      <Fold title="What to include" summary={includeText(draft)} wanted={wants('include')}>
        <Checkbox
          label="Worker"
          description="Runs the jobs, on this machine"
          checked={draft.worker}
          onChange={(event) => set({ worker: event.currentTarget.checked })}
        />
        <Checkbox
          label="QEMU device"
          description="A virtual board, so that a job can run at once; a larger image"
          checked={draft.qemu}
          onChange={(event) => set({ qemu: event.currentTarget.checked })}
        />
      </Fold>
      <Fold
        title="Admin"
        summary={`${draft.username.trim()}, ${draft.password === null ? 'password made here' : 'your password'}`}
        wanted={wants('admin')}
        testId="fold-admin"
      >
        <AdminFields draft={draft} set={set} errors={errors} />
      </Fold>
      <Fold title="Resources" summary={resourcesText(draft)} wanted={wants('memoryLimitBytes', 'lean')}>
        <TextInput
          label="Memory limit, MiB"
          description="Empty: as much as it wants, about 400"
          inputMode="numeric"
          value={draft.memoryMib}
          onChange={(event) => set({ memoryMib: event.currentTarget.value })}
          error={errorUnder(errors, 'memoryLimitBytes')}
        />
        <Switch
          label="Lean"
          description="Fewer processes: less memory, slower pages"
          checked={draft.lean}
          onChange={(event) => set({ lean: event.currentTarget.checked })}
        />
      </Fold>
      <Fold
        title="Port"
        summary={draft.port.trim() === '' ? 'the next that is free' : draft.port.trim()}
        wanted={wants('port')}
      >
        <TextInput
          label="Port"
          description="On 127.0.0.1; empty: the next that is free"
          inputMode="numeric"
          value={draft.port}
          onChange={(event) => set({ port: event.currentTarget.value })}
          error={errorUnder(errors, 'port')}
        />
      </Fold>
      <Fold title="Autostart" summary={draft.autostart ? 'with Labdeck' : 'by hand'}>
        <Switch
          label="Start it when Labdeck starts"
          checked={draft.autostart}
          onChange={(event) => set({ autostart: event.currentTarget.checked })}
        />
      </Fold>
      <Fold title="Backups" summary={policyText(draft.policy)} wanted={wants('backup')}>
        <PolicyFields draft={draft.policy} onChange={(policy) => set({ policy })} errors={errors} />
      </Fold>
    </div>
  );
}

function AdminFields({ draft, set, errors }: Props) {
  return (
    <>
      <TextInput
        label="User"
        value={draft.username}
        onChange={(event) => set({ username: event.currentTarget.value })}
        error={errorUnder(errors, 'admin.username')}
        autoComplete="off"
        spellCheck={false}
      />
      <Switch
        label="Make a password"
        description="Shown to you once it runs, and kept safely"
        checked={draft.password === null}
        onChange={(event) => set({ password: event.currentTarget.checked ? null : '' })}
      />
      {draft.password === null ? null : (
        <PasswordInput
          label="Password"
          description="At least 8 characters"
          value={draft.password}
          onChange={(event) => set({ password: event.currentTarget.value })}
          error={errorUnder(errors, 'admin.password')}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
        />
      )}
    </>
  );
}
