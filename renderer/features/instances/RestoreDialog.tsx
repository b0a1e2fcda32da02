import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { instanceName } from '../../../main/contract/instances.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { errorUnder, type FieldErrors } from '../boards/boardForm.ts';
import { dayAndTime } from '../history/formatTimes.ts';
import { AskDialog } from './AskDialog.tsx';
import { Choice } from './Choice.tsx';
import { nameErrors } from './fieldErrors.ts';
import classes from './InstanceForm.module.css';
import { holdsText } from './instanceWords.ts';
import { NameField } from './LifeDialogs.tsx';
import { proposeName } from './proposeName.ts';

interface Props {
  /** null: from a file of any Labdeck. */
  readonly backupId: string | null;
  /** The instance it was asked for at; null: none. */
  readonly name: string | null;
}

/** Puts a backup into an instance that is there, or into one of its own. */
export function RestoreDialog({ backupId, name }: Props) {
  const { view, connection } = useLab();
  const backup = useBench((state) => state.backups?.find((each) => each.backupId === backupId));
  const taken = (useBench((state) => state.instances) ?? []).map((each) => each.name as string);
  const stem = backup?.instanceName ?? 'restored';
  const here = name ?? (taken.includes(stem) ? stem : null);
  const [asNew, setAsNew] = useState(name === null);
  const [newName, setNewName] = useState(() => proposeName(stem, taken));
  const [file, setFile] = useState('');
  const fileErrors: FieldErrors =
    backupId === null && !file.trim().startsWith('/') ? { file: 'give the absolute path of a backup' } : {};
  const errors = { ...fileErrors, ...(asNew ? nameErrors('name', newName, taken) : {}) };
  return (
    <AskDialog
      title={backup === undefined ? 'Restore from a file' : `Restore ${backup.instanceName}`}
      action="Restore"
      testId="restore-dialog"
      errors={errors}
      run={async () => {
        const target = asNew || here === null ? newName.trim() : here;
        const answer = await connection.client().instances.restore({
          name: instanceName.parse(target),
          from: backupId === null ? { file: file.trim() } : { backupId },
        });
        return () => view.go({ page: 'instances', name: answer.instance.name });
      }}
    >
      {(shown) => (
        <>
          {backup === undefined ? (
            <TextInput
              label="File"
              description="Absolute path of a backup made by any Labdeck, on this machine"
              placeholder="/home/me/backups/home.tar"
              value={file}
              onChange={(event) => setFile(event.currentTarget.value)}
              error={errorUnder(shown, 'file') ?? errorUnder(shown, 'from')}
              spellCheck={false}
              data-autofocus
            />
          ) : (
            <p>
              The backup of {dayAndTime(backup.createdAtMs, Date.now())}: {holdsText(backup.holds)}.
            </p>
          )}
          {here === null ? null : (
            <Choice
              label="Into"
              value={asNew ? 'new' : 'here'}
              options={[
                { value: 'here', label: here },
                { value: 'new', label: 'A new instance' },
              ]}
              onChange={(value) => setAsNew(value === 'new')}
            />
          )}
          {asNew || here === null ? (
            <NameField
              label="Name of the new instance"
              name={newName}
              onChange={setNewName}
              error={errorUnder(shown, 'name')}
            />
          ) : (
            <p className={classes.soft}>
              What {here} holds now is backed up first, and then replaced by what the backup holds.
            </p>
          )}
        </>
      )}
    </AskDialog>
  );
}
