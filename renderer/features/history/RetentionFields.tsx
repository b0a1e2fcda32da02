import '../../ui/widgets.css';
import { NumberInput, Select } from '@mantine/core';
import type { Retention } from '../../../main/contract/index.ts';
import classes from './RetentionFields.module.css';
import {
  bytesPerGb,
  largestGb,
  longestDays,
  type RetentionKind,
  retentionKind,
  withKind,
} from './retentionChoice.ts';

interface Props {
  readonly value: Retention;
  readonly disabled: boolean;
  readonly onChange: (retention: Retention) => void;
}

const kinds: readonly { readonly value: RetentionKind; readonly label: string }[] = [
  { value: 'everything', label: 'Everything' },
  { value: 'size', label: 'Up to a size' },
  { value: 'age', label: 'For some days' },
  { value: 'both', label: 'Size and days' },
];

/** How much of what was printed is kept. Numbers that are being typed are sent once they make sense. */
export function RetentionFields({ value, disabled, onChange }: Props) {
  const { maxBytes, maxAgeDays } = value;
  return (
    <div className={classes.fields}>
      <Select
        label="Keep"
        size="xs"
        data={[...kinds]}
        value={retentionKind(value)}
        allowDeselect={false}
        disabled={disabled}
        comboboxProps={{ withinPortal: true }}
        onChange={(kind) => onChange(withKind(value, (kind ?? 'everything') as RetentionKind))}
      />
      {maxBytes === null ? null : (
        <NumberInput
          label="Size per board"
          size="xs"
          suffix=" GB"
          min={0.1}
          max={largestGb}
          step={1}
          decimalScale={3}
          value={maxBytes / bytesPerGb}
          disabled={disabled}
          onChange={(gb) => {
            if (typeof gb === 'number' && gb >= 0.1 && gb <= largestGb)
              onChange({ ...value, maxBytes: Math.round(gb * bytesPerGb) });
          }}
        />
      )}
      {maxAgeDays === null ? null : (
        <NumberInput
          label="Age"
          size="xs"
          suffix={maxAgeDays === 1 ? ' day' : ' days'}
          min={1}
          max={longestDays}
          step={1}
          allowDecimal={false}
          value={maxAgeDays}
          disabled={disabled}
          onChange={(days) => {
            if (typeof days === 'number' && days >= 1 && days <= longestDays)
              onChange({ ...value, maxAgeDays: days });
          }}
        />
      )}
    </div>
  );
}
