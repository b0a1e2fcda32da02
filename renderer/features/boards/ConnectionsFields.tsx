import { Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import { OutletFields } from '../power/binding/OutletFields.tsx';
import type { SecretDraft } from '../power/binding/secretDraft.ts';
import { SocketField } from '../usb/SocketField.tsx';
import classes from './BoardForm.module.css';
import { type ConnectionsDraft, newConsole } from './boardDraft.ts';
import { errorUnder, type FieldErrors } from './boardForm.ts';
import { ConsoleFields } from './ConsoleFields.tsx';

interface Props {
  readonly value: ConnectionsDraft;
  readonly onChange: (draft: ConnectionsDraft) => void;
  readonly errors: FieldErrors;
  readonly boardId?: string | undefined;
  /** What becomes of the outlet's password or token. */
  readonly secret: SecretDraft;
  readonly onSecret: (secret: SecretDraft) => void;
}

/** A board's serial lines, what switches it, and where its own USB plug is. */
export function ConnectionsFields({ value, onChange, errors, boardId, secret, onSecret }: Props) {
  const { consoles } = value;
  const sharedName = errors.consoles;
  return (
    <>
      {consoles.map((console, index) => (
        <ConsoleFields
          key={console.key}
          value={console}
          alone={consoles.length === 1}
          errorOf={(field) => errorUnder(errors, `consoles.${index}.${field}`)}
          onChange={(next) =>
            onChange({ ...value, consoles: consoles.map((each) => (each === console ? next : each)) })
          }
          onRemove={() => onChange({ ...value, consoles: consoles.filter((each) => each !== console) })}
          boardId={boardId}
        />
      ))}
      {sharedName === undefined ? null : <p className={classes.error}>{sharedName}</p>}
      <Button
        className={classes.addConsole ?? ''}
        size="compact-sm"
        variant="subtle"
        leftSection={<Plus size={14} aria-hidden />}
        onClick={() =>
          onChange({
            ...value,
            consoles: [
              ...consoles,
              newConsole(consoles.length === 0 ? 'main' : `console-${consoles.length + 1}`, null),
            ],
          })
        }
      >
        {consoles.length === 0 ? 'Add a console' : 'Add another console'}
      </Button>
      <OutletFields
        value={value.power}
        onChange={(power) => onChange({ ...value, power })}
        secret={secret}
        onSecret={onSecret}
        errors={errors}
        boardId={boardId}
      />
      <SocketField
        value={value.usbSocket}
        onChange={(usbSocket) => onChange({ ...value, usbSocket })}
        error={errorUnder(errors, 'usbSocket')}
        switches={value.power?.kind === 'usb-hub-port' && value.power.socket === value.usbSocket}
        boardId={boardId}
      />
    </>
  );
}
