import { Checkbox, PasswordInput, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Instance } from '../../../main/contract/index.ts';
import { instanceName } from '../../../main/contract/instances.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { errorUnder, type FieldErrors } from '../boards/boardForm.ts';
import { AskDialog } from './AskDialog.tsx';
import { nameErrors } from './fieldErrors.ts';
import classes from './InstanceForm.module.css';
import { checkSource } from './installDraft.ts';
import { proposeName } from './proposeName.ts';
import { SourceFields } from './SourceFields.tsx';
import { sourceDraft, toSource } from './sourceDraft.ts';
import { instanceTitle } from './sourceWords.ts';

/** Builds its source as it is now, or another, and moves there with all data; back by itself where that fails. */
export function UpgradeDialog({ instance }: { instance: Instance }) {
  const { connection } = useLab();
  const [other, setOther] = useState(false);
  const [draft, setDraft] = useState(() => sourceDraft(instance.source));
  return (
    <AskDialog
      title={`Upgrade ${instance.name}`}
      action="Upgrade"
      testId="upgrade-dialog"
      errors={other ? checkSource(draft) : {}}
      run={async () => {
        const { name } = instance;
        await connection.client().instances.upgrade(other ? { name, source: toSource(draft) } : { name });
        return undefined;
      }}
    >
      {(errors) => (
        <>
          <p className={classes.soft}>
            It is backed up first. Where the new one does not work, it goes back to how it was, by itself.
          </p>
          <p>Now: {instanceTitle(instance)}</p>
          <Checkbox
            label="Move to another source"
            description="Otherwise the same one, as it is now"
            checked={other}
            onChange={(event) => setOther(event.currentTarget.checked)}
          />
          {other ? <SourceFields draft={draft} onChange={setDraft} errors={errors} /> : null}
        </>
      )}
    </AskDialog>
  );
}

export function UpgradeAllDialog() {
  const { view, connection } = useLab();
  const count = useBench((state) => state.instances?.length ?? 0);
  return (
    <ConfirmDialog
      title="Upgrade all instances?"
      action="Upgrade all"
      onClose={() => view.show(null)}
      run={async () => {
        await connection.client().instances.upgradeAll();
        view.go({ page: 'tasks' });
      }}
    >
      <p>
        {count === 1 ? 'The one instance is' : `All ${count} are`} built anew from their sources, one after
        another. Each is backed up first and goes back to how it was where the new one does not work.
      </p>
    </ConfirmDialog>
  );
}

export function CloneDialog({ instance }: { instance: Instance }) {
  const { connection, view } = useLab();
  const taken = (useBench((state) => state.instances) ?? []).map(({ name }) => name as string);
  const [name, setName] = useState(() => proposeName(`${instance.name}-copy`, taken));
  const [withData, setWithData] = useState(true);
  return (
    <AskDialog
      title={`Clone ${instance.name}`}
      action="Clone"
      testId="clone-dialog"
      errors={nameErrors('as', name, taken)}
      run={async () => {
        const as = instanceName.parse(name.trim());
        const answer = await connection.client().instances.clone({ name: instance.name, as, withData });
        return () => view.go({ page: 'instances', name: answer.instance.name });
      }}
    >
      {(errors) => (
        <>
          <NameField
            label="Name of the clone"
            name={name}
            onChange={setName}
            error={errorUnder(errors, 'as')}
          />
          <Switch
            label="With its data"
            description="Jobs, devices, users and settings; otherwise it begins empty"
            checked={withData}
            onChange={(event) => setWithData(event.currentTarget.checked)}
          />
        </>
      )}
    </AskDialog>
  );
}

export function NewPasswordDialog({ instance }: { instance: Instance }) {
  const { connection, instances } = useLab();
  const [password, setPassword] = useState<string | null>(null);
  const errors: FieldErrors =
    password !== null && password.length < 8 ? { password: 'give at least 8 characters' } : {};
  return (
    <AskDialog
      title={`New password for ${instance.name}`}
      action="Change it"
      testId="password-dialog"
      errors={errors}
      run={async () => {
        const { name, key } = instance;
        await connection.client().instances.newPassword(password === null ? { name } : { name, password });
        if (password === null) instances.putForward(key, 'changed');
        return undefined;
      }}
    >
      {(shown) => (
        <>
          <p className={classes.soft}>The one before stops working. Whoever is logged in stays so.</p>
          <Switch
            label="Make a password"
            checked={password === null}
            onChange={(event) => setPassword(event.currentTarget.checked ? null : '')}
          />
          {password === null ? null : (
            <PasswordInput
              label="Password"
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              error={errorUnder(shown, 'password')}
              autoComplete="new-password"
              visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
            />
          )}
        </>
      )}
    </AskDialog>
  );
}

export function NameField(props: {
  readonly label: string;
  readonly name: string;
  readonly onChange: (name: string) => void;
  readonly error: string | null;
}) {
  return (
    <TextInput
      label={props.label}
      value={props.name}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      error={props.error}
      maxLength={64}
      autoComplete="off"
      spellCheck={false}
      data-autofocus
    />
  );
}
