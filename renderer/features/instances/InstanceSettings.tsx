import { Button, Switch, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Instance } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { errorAtField, errorUnder, type FieldErrors } from '../boards/boardForm.ts';
import { hasErrors } from './fieldErrors.ts';
import formClasses from './InstanceForm.module.css';
import { allowed } from './instanceWords.ts';
import classes from './OverviewTab.module.css';
import { PolicyFields } from './PolicyFields.tsx';
import { checkPatch, needsRestart, type SettingsDraft, settingsDraft, toPatch } from './settingsDraft.ts';

/** What of an instance can be changed. Sent together: a running one may have to be started again for it. */
export function InstanceSettings({ instance }: { instance: Instance }) {
  const { connection } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const taken = (useBench((state) => state.instances) ?? [])
    .map(({ name }) => name as string)
    .filter((name) => name !== instance.name);
  // Only what was touched here: what another window changes shows in the rest.
  const [edits, setEdits] = useState<Partial<SettingsDraft>>({});
  const [refused, setRefused] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const draft = { ...settingsDraft(instance), ...edits };
  const patch = toPatch(draft, instance);
  const found = patch === null ? {} : checkPatch(patch, taken);
  const errors = { ...found, ...refused };
  const running = allowed(instance).stop;
  const set = (part: Partial<SettingsDraft>) => {
    setEdits((before) => ({ ...before, ...part }));
    setRefused({});
    setProblem(null);
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (patch === null || busy || away || hasErrors(found)) return;
    setBusy(true);
    try {
      await connection.client().instances.update({ ...patch, name: instance.name });
      setEdits({});
    } catch (error) {
      const failure = toProblem(error);
      const atField = errorAtField(failure);
      setRefused(atField ?? {});
      if (atField === null) setProblem(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={formClasses.form} onSubmit={(event) => void save(event)} noValidate>
      <div className={formClasses.two}>
        <TextInput
          label="Name"
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={errorUnder(errors, 'rename')}
          spellCheck={false}
        />
        <TextInput
          label="Port"
          inputMode="numeric"
          value={draft.port}
          onChange={(event) => set({ port: event.currentTarget.value })}
          error={errorUnder(errors, 'port')}
        />
        <TextInput
          label="Memory limit, MiB"
          placeholder="none"
          inputMode="numeric"
          value={draft.memoryMib}
          onChange={(event) => set({ memoryMib: event.currentTarget.value })}
          error={errorUnder(errors, 'memoryLimitBytes')}
        />
      </div>
      <Switch
        label="Lean"
        description="Fewer processes: less memory, slower pages"
        checked={draft.lean}
        onChange={(event) => set({ lean: event.currentTarget.checked })}
      />
      <Switch
        label="Start it when Labdeck starts"
        checked={draft.autostart}
        onChange={(event) => set({ autostart: event.currentTarget.checked })}
      />
      <fieldset className={formClasses.form}>
        <legend className={formClasses.label}>Automatic backups</legend>
        <PolicyFields draft={draft.policy} onChange={(policy) => set({ policy })} errors={errors} />
      </fieldset>
      <ProblemLine problem={problem} onDismiss={() => setProblem(null)} />
      <div className={classes.hands}>
        <Button
          type="submit"
          size="compact-md"
          loading={busy}
          disabled={patch === null || away || hasErrors(found) || !allowed(instance).change}
        >
          Save
        </Button>
        {patch === null ? null : (
          <Button variant="default" size="compact-md" onClick={() => setEdits({})}>
            Take back
          </Button>
        )}
        {patch !== null && running && needsRestart(patch) ? (
          <p className={formClasses.hint}>It is started again for this.</p>
        ) : null}
      </div>
    </form>
  );
}
