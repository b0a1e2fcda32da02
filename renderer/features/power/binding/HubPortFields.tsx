import { Select } from '@mantine/core';
import { sentence } from '../../../ui/sentence.ts';
import classes from '../../boards/BoardForm.module.css';
import { hubCautions, hubChoices } from './hubChoices.ts';
import type { OutletProps } from './outletProps.ts';
import { useUsbTree } from './useUsbTree.ts';

interface Props extends OutletProps<'usb-hub-port'> {
  readonly boardId: string | undefined;
}

const methods = [
  { value: 'auto', label: 'What works here' },
  { value: 'disable', label: 'The kernel (Linux 6.0 and later)' },
  { value: 'uhubctl', label: 'uhubctl' },
] as const;

/** A port one can point at, by hub and number, and how it is switched. */
export function HubPortFields({ value, onChange, errorOf, boardId }: Props) {
  const tree = useUsbTree();
  const choices = tree === null ? [] : hubChoices(tree, boardId);
  const { socket } = value;
  const listed = socket === null || choices.some(({ items }) => items.some((each) => each.value === socket));
  const cautions = tree === null || socket === null ? [] : hubCautions(tree, socket);
  return (
    <>
      <Select
        label="Hub port"
        description="The one the board’s power comes from"
        placeholder={
          tree === null ? 'Looking at the hubs…' : choices.length === 0 ? 'No USB hub' : 'Choose a port'
        }
        data={
          listed
            ? [...choices]
            : [{ group: 'Not there now', items: [{ value: socket, label: socket }] }, ...choices]
        }
        value={socket}
        onChange={(next) => onChange({ ...value, socket: next })}
        error={errorOf('socket')}
        allowDeselect={false}
        searchable
        maxDropdownHeight={320}
        data-testid="hub-port"
      />
      {cautions.map((caution) => (
        <p key={caution} className={classes.caution}>
          {sentence(caution)}
        </p>
      ))}
      <Select
        label="Switched by"
        data={[...methods]}
        value={value.method}
        onChange={(choice) =>
          onChange({ ...value, method: methods.find((each) => each.value === choice)?.value ?? 'auto' })
        }
        allowDeselect={false}
      />
      <p className={classes.hint}>
        Many hubs only cut the data and leave the power on. The power-truth test tells which.
      </p>
    </>
  );
}
