import { NumberInput, PasswordInput, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { newWatch } from '../../../main/contract/watches.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { errorUnder, type FieldErrors } from '../boards/boardForm.ts';
import { AskDialog } from './AskDialog.tsx';
import { Choice } from './Choice.tsx';
import classes from './InstanceForm.module.css';
import { proposeName } from './proposeName.ts';
import { checkWatch, defaultWatch, toWatch, type WatchDraft } from './watchDraft.ts';

export function NewWatchDialog() {
  const { connection } = useLab();
  const taken = (useBench((state) => state.watches) ?? []).map(({ watchId }) => watchId);
  const [draft, setDraft] = useState(() => defaultWatch(proposeName('lava', taken)));
  const set = (part: Partial<WatchDraft>) => setDraft((before) => ({ ...before, ...part }));
  return (
    <AskDialog
      title="Watch a repository"
      action="Watch"
      testId="watch-dialog"
      errors={checkWatch(draft, taken)}
      run={async () => {
        await connection.client().watches.add(newWatch.parse(toWatch(draft)));
        return undefined;
      }}
    >
      {(errors) => (
        <>
          <Choice
            label="What to look at"
            value={draft.kind}
            options={[
              { value: 'gitlab', label: 'GitLab merge requests' },
              { value: 'branches', label: 'Branches' },
            ]}
            onChange={(kind) => set({ kind })}
          />
          <TargetFields draft={draft} set={set} errors={errors} />
          <LimitFields draft={draft} set={set} errors={errors} />
        </>
      )}
    </AskDialog>
  );
}

interface FieldsProps {
  readonly draft: WatchDraft;
  readonly set: (part: Partial<WatchDraft>) => void;
  readonly errors: FieldErrors;
}

function TargetFields({ draft, set, errors }: FieldsProps) {
  return (
    <>
      {draft.kind === 'gitlab' ? (
        <>
          <TextInput
            label="Project"
            placeholder="https://gitlab.example.org/lava/lava"
            value={draft.project}
            onChange={(event) => set({ project: event.currentTarget.value })}
            error={errorUnder(errors, 'target.project')}
            spellCheck={false}
            data-autofocus
          />
          <div className={classes.two}>
            <TextInput
              label="Only with the label"
              description="Empty: all that are open"
              value={draft.label}
              onChange={(event) => set({ label: event.currentTarget.value })}
              error={errorUnder(errors, 'target.label')}
            />
            <TokenField draft={draft} set={set} errors={errors} />
          </div>
        </>
      ) : (
        <>
          <TextInput
            label="Repository"
            description="Address or absolute path"
            placeholder="https://git.example.org/lava/lava.git"
            value={draft.repository}
            onChange={(event) => set({ repository: event.currentTarget.value })}
            error={errorUnder(errors, 'target.repository')}
            spellCheck={false}
            data-autofocus
          />
          <TextInput
            label="Branches"
            description="* stands for anything but a slash, ** for anything"
            value={draft.pattern}
            onChange={(event) => set({ pattern: event.currentTarget.value })}
            error={errorUnder(errors, 'target.pattern')}
            spellCheck={false}
          />
          <TokenField draft={draft} set={set} errors={errors} />
        </>
      )}
    </>
  );
}

function TokenField({ draft, set, errors }: FieldsProps) {
  return (
    <PasswordInput
      label="Token"
      description="Where one is needed to read it; kept safely"
      value={draft.token}
      onChange={(event) => set({ token: event.currentTarget.value })}
      error={errorUnder(errors, 'token')}
      autoComplete="off"
      visibilityToggleButtonProps={{ 'aria-label': 'Show the token' }}
    />
  );
}

function LimitFields({ draft, set, errors }: FieldsProps) {
  const number = (label: string, description: string, field: 'everyMinutes' | 'maxInstances') => (
    <NumberInput
      label={label}
      description={description}
      value={draft[field]}
      min={1}
      allowDecimal={false}
      onChange={(value) => set({ [field]: String(value) })}
      error={errorUnder(errors, field)}
    />
  );
  return (
    <>
      <div className={classes.two}>
        <TextInput
          label="Name"
          description="In its instances’ names"
          value={draft.watchId}
          onChange={(event) => set({ watchId: event.currentTarget.value })}
          error={errorUnder(errors, 'watchId')}
          spellCheck={false}
        />
        {number('Look every', 'Minutes', 'everyMinutes')}
        {number('At most', 'Instances at once', 'maxInstances')}
      </div>
      <div className={classes.two}>
        <TextInput
          label="Memory of each, MiB"
          description="Empty: no limit"
          inputMode="numeric"
          value={draft.memoryMib}
          onChange={(event) => set({ memoryMib: event.currentTarget.value })}
          error={errorUnder(errors, 'memoryLimitBytes')}
        />
        <TextInput
          label="Of all together, MiB"
          description="Empty: no limit"
          inputMode="numeric"
          value={draft.totalMib}
          onChange={(event) => set({ totalMib: event.currentTarget.value })}
          error={errorUnder(errors, 'totalMemoryBytes')}
        />
      </div>
      <Choice
        label="On top of Debian"
        value={draft.suite}
        options={[
          { value: 'forky', label: 'forky (testing)' },
          { value: 'sid', label: 'sid (newest)' },
        ]}
        onChange={(suite) => set({ suite })}
      />
      <Switch
        label="Lean"
        description="Fewer processes: less memory, slower pages"
        checked={draft.lean}
        onChange={(event) => set({ lean: event.currentTarget.checked })}
      />
    </>
  );
}

export function RemoveWatchDialog({ watchId }: { watchId: string }) {
  const { connection } = useLab();
  const own = useBench(
    (state) => state.instances?.filter(({ watch }) => watch?.watchId === watchId).length ?? 0,
  );
  const [keep, setKeep] = useState(true);
  return (
    <AskDialog
      title={`Stop watching ${watchId}?`}
      action="Stop watching"
      testId="remove-watch-dialog"
      run={async () => {
        await connection.client().watches.remove({
          params: { watchId },
          query: { instances: keep ? 'keep' : 'remove' },
        });
        return undefined;
      }}
    >
      {() =>
        own === 0 ? (
          <p>It has no instances.</p>
        ) : (
          <>
            <p>It keeps {countOf(own, 'instance')} here.</p>
            <Choice
              label="What becomes of them"
              value={keep ? 'keep' : 'remove'}
              options={[
                { value: 'keep', label: 'Keep them' },
                { value: 'remove', label: 'Remove them with their data' },
              ]}
              onChange={(value) => setKeep(value === 'keep')}
            />
          </>
        )
      }
    </AskDialog>
  );
}
