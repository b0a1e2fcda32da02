import { Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import { OutletFields } from '../power/binding/OutletFields.tsx';
import classes from './BoardForm.module.css';
import { type ConnectionsDraft, newConsole } from './boardDraft.ts';
import { errorUnder, type FieldErrors } from './boardForm.ts';
import { ConsoleFields } from './ConsoleFields.tsx';

interface Props {
  readonly value: ConnectionsDraft;
  readonly onChange: (draft: ConnectionsDraft) => void;
  readonly errors: FieldErrors;
  readonly boardId?: string | undefined;
  /** What is typed of the outlet's password or token; null: nothing. */
  readonly secret: string | null;
  readonly onSecret: (secret: string | null) => void;
}

/** A board's serial lines and what switches it. */
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
    </>
  );
}
