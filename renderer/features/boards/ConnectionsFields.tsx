import { Button, Select, Switch } from '@mantine/core';
import { Plus } from 'lucide-react';
import { PortMatchField } from '../ports/PortMatchField.tsx';
import classes from './BoardForm.module.css';
import { type ConnectionsDraft, newCable, newConsole } from './boardDraft.ts';
import { errorUnder, type FieldErrors } from './boardForm.ts';
import { ConsoleFields } from './ConsoleFields.tsx';

interface Props {
  readonly value: ConnectionsDraft;
  readonly onChange: (draft: ConnectionsDraft) => void;
  readonly errors: FieldErrors;
  readonly boardId?: string | undefined;
}

/** A board's serial lines and its power cable. */
export function ConnectionsFields({ value, onChange, errors, boardId }: Props) {
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
      <CableFields value={value} onChange={onChange} errors={errors} boardId={boardId} />
    </>
  );
}

function CableFields({ value, onChange, errors, boardId }: Props) {
  const cable = value.power;
  const change = (part: Partial<NonNullable<typeof cable>>) => {
    if (cable !== null) onChange({ ...value, power: { ...cable, ...part } });
  };
  return (
    <fieldset className={classes.group}>
      <legend>Power cable</legend>
      <Switch
        label="An ACM power cable switches this board"
        checked={cable !== null}
        onChange={(event) => onChange({ ...value, power: event.currentTarget.checked ? newCable : null })}
      />
      {cable === null ? null : (
        <>
          <PortMatchField
            label="Cable port"
            value={cable.match}
            onChange={(match) => change({ match })}
            error={errorUnder(errors, 'power')}
            boardId={boardId}
          />
          <div className={classes.two}>
            <Select
              label="Bit order"
              data={[
                { value: 'lsb', label: 'Power is bit 0 (lsb)' },
                { value: 'msb', label: 'Power is bit 3 (msb)' },
              ]}
              value={cable.bitOrder}
              onChange={(bitOrder) => change({ bitOrder: bitOrder === 'msb' ? 'msb' : 'lsb' })}
              allowDeselect={false}
            />
            <Select
              label="10 to 15 are written"
              data={[
                { value: 'ascii', label: ': ; < = > ?' },
                { value: 'hex', label: 'A B C D E F' },
              ]}
              value={cable.digits}
              onChange={(digits) => change({ digits: digits === 'hex' ? 'hex' : 'ascii' })}
              allowDeselect={false}
            />
          </div>
          <Switch
            label="Send a line feed after each command"
            checked={cable.newline}
            onChange={(event) => change({ newline: event.currentTarget.checked })}
          />
        </>
      )}
    </fieldset>
  );
}
