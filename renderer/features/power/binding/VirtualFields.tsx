import { Autocomplete, Select } from '@mantine/core';
import { useBench } from '../../../app/labContext.tsx';
import classes from '../../boards/BoardForm.module.css';
import type { OutletProps } from './outletProps.ts';

const behaviours = [
  { value: 'honest', label: 'Honest: cuts the power, can be asked' },
  { value: 'mute', label: 'Mute: cuts the power, can’t be asked' },
  { value: 'lies', label: 'Lies: says off, the board runs on' },
] as const;

/** How the outlet of a virtual board behaves: something to try Labdeck's eyes on. */
export function VirtualFields({ value, onChange, errorOf }: OutletProps<'virtual'>) {
  const boards = useBench((state) => state.boards);
  const gangs = new Set(
    (boards ?? []).flatMap(({ power }) =>
      power?.kind === 'virtual' && power.gang !== null ? [power.gang] : [],
    ),
  );
  return (
    <div className={classes.two}>
      <Select
        label="The outlet is"
        data={[...behaviours]}
        value={value.behaviour}
        onChange={(choice) =>
          onChange({
            ...value,
            behaviour: behaviours.find((each) => each.value === choice)?.value ?? 'honest',
          })
        }
        allowDeselect={false}
      />
      <Autocomplete
        label="Gang"
        placeholder="none"
        data={[...gangs]}
        value={value.gang}
        onChange={(gang) => onChange({ ...value, gang })}
        error={errorOf('gang')}
        description="Boards of one gang lose their power together"
        spellCheck={false}
      />
    </div>
  );
}
