import { Select, Switch } from '@mantine/core';
import classes from '../../boards/BoardForm.module.css';
import { PortMatchField } from '../../ports/PortMatchField.tsx';
import type { OutletProps } from './outletProps.ts';

interface Props extends OutletProps<'acm-cable'> {
  readonly boardId: string | undefined;
}

/** The cable's port, and the dialect of its one command byte. */
export function CableFields({ value, onChange, errorOf, boardId }: Props) {
  const change = (part: Partial<typeof value>) => onChange({ ...value, ...part });
  return (
    <>
      <PortMatchField
        label="Cable port"
        value={value.match}
        onChange={(match) => change({ match })}
        error={errorOf('match')}
        boardId={boardId}
      />
      <div className={classes.two}>
        <Select
          label="Bit order"
          description="Which bit of the command switches power. Leave it unless your cable says otherwise"
          data={[
            { value: 'lsb', label: 'Power is bit 0 (lsb)' },
            { value: 'msb', label: 'Power is bit 3 (msb)' },
          ]}
          value={value.bitOrder}
          onChange={(bitOrder) => change({ bitOrder: bitOrder === 'msb' ? 'msb' : 'lsb' })}
          allowDeselect={false}
        />
        <Select
          label="Commands above 9 are sent as"
          description="Lit LEDs make such commands. Most cables take the first"
          data={[
            { value: 'ascii', label: ': ; < = > ?' },
            { value: 'hex', label: 'A B C D E F' },
          ]}
          value={value.digits}
          onChange={(digits) => change({ digits: digits === 'hex' ? 'hex' : 'ascii' })}
          allowDeselect={false}
        />
      </div>
      <Switch
        label="Send a line feed after each command"
        checked={value.newline}
        onChange={(event) => change({ newline: event.currentTarget.checked })}
      />
    </>
  );
}
